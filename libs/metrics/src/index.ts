export { countEvents } from './count-events.js';
export { countHedges } from './count-hedges.js';
export { watch, type Reading } from './gauges.js';
export { createMetrics, listenForScrapes, type Metrics, type MetricsListener } from './metrics-listener.js';
export { watchParty, type WatchedParty } from './watch-party.js';
