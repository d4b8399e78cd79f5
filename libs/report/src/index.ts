export { LANGUAGES, type Language } from './language.js';
export { checkFactsSchema, NO_PICTURES, type CheckFacts, type ShownPictures } from './facts/check-facts.js';
export { gatherCheckFacts, type CheckMaterial } from './facts/gather-check.js';
export { batchFactsSchema, tallyOf, type BatchFacts, type BatchPictures } from './facts/batch-facts.js';
export { digestOf, factsFile, type FactsFile } from './facts/facts-file.js';
export { writeCheckReport } from './check/check-report.js';
export { writeBatchReport } from './batch/batch-report.js';
export { writeBatchList } from './batch/batch-list.js';
export { printPicture } from './print-picture.js';
