export { startTracing } from './start-tracing.js';
export type { Tracing, TracingSettings } from './tracing.js';
export { inSpan } from './spans.js';
export { traceCandidates, traceFingerprinter, traceIndex, traceLog } from './trace-ports.js';
export { traceRequests } from './trace-requests.js';
export { withTracing } from './with-tracing.js';
