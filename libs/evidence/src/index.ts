export { CAPTIONS, type PictureName } from './captions.js';
export { compareFingerprinted, type ComparedPicture, type Comparison } from './compare-fingerprinted.js';
export { drawEvidence, type Evidence, type ToShow } from './draw-evidence.js';
export type { MatchToShow, SideToShow } from './match.js';
export type { Placing } from './placing.js';
export { lendPicture } from './lend-picture.js';
export { showPicture } from './show-picture.js';
export { evidenceSchema, type EvidenceReport } from './report.js';
