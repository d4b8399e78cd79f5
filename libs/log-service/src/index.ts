export { runLog, type LogParts, type RunningLog } from './run-log.js';
export { createLogHandler, sendLogFile, type LogAudience } from './log-handler.js';
export { listenForReaders, type LogListener, type ReaderTls } from './log-listener.js';
