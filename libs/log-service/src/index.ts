export { runLog, type LogParts, type RunningLog } from './run-log.js';
export { createLogHandler, sendLogFile, type LogAudience } from './log-handler.js';
export { listenForReaders, type LogListener, type ReaderTls } from './log-listener.js';
export { publishedLog, type Cosigned } from './published-log.js';
export {
  ReceiptDesk,
  type GivenReceipt,
  type PlacedEntry,
  type ReceiptDeskDeps,
  type WantedEntry,
} from './receipt-desk.js';
export { createMirrorFolder } from './mirror-folder.js';
export { cosignLog, type CosignLogParts, type RunningCosigning } from './cosign-log.js';
export { createOutsideWitnesses, type OutsideWitnesses } from './outside-witnesses.js';
export { createWitnessHandler, type CheckpointTaker } from './witness-handler.js';
export { recordInForce, type InForce, type LastOfType } from './record-in-force.js';
