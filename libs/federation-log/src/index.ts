export { FederationLogError, type FederationLogErrorCode } from './errors.js';
export { canonicalJson, parseCanonical } from './canonical-json.js';
export {
  KEY_USES,
  directorySchema,
  directoryView,
  isUnderstood,
  isValidAt,
  keysFor,
  partiesOf,
  revokedFrom,
  memberSchema,
  publicKeySchema,
  trustSchema,
  type Directory,
  type KeyUse,
  type Member,
  type PartyKey,
  type PublicKey,
  type Trust,
  type UnderstoodKey,
} from './directory.js';
export { changeDirectory, directoryChangeSchema, type DirectoryChange } from './change-directory.js';
export { generateSigningKey, publicKeyOf, signingKeySchema, type SigningKey } from './keys.js';
export {
  createStatementSigner,
  createStatementVerifier,
  type KeyRule,
  type Signatory,
  type StatementSigner,
  type StatementVerifier,
} from './statement.js';
export {
  addSignature,
  assertFollows,
  directoryDigest,
  readProposal,
  signDirectory,
  signedDirectorySchema,
  verifyDirectory,
  type SignedDirectory,
} from './signed-directory.js';
export {
  MAX_REVOCATIONS_AGE_MS,
  addRevocationsSignature,
  assertSupersedes,
  nextRevocations,
  readRevocations,
  signRevocations,
  verifyRevocations,
  whyOutdated,
  type RevocationCheck,
  type Revocations,
  type Revoked,
} from './revocations.js';
export { shownCertificate, type ShownCertificate } from './shown-certificate.js';
export { signedDocumentSchema, type SignedDocument } from './signed-document.js';
export { type Ed25519Check, type LogCrypto, type Sha256 } from './log/crypto.js';
export { sameBytes } from './log/bytes.js';
export { HASH_BYTES, createTreeHasher, type TreeHasher } from './log/hashing.js';
export { Frontier, foldPeaks } from './log/frontier.js';
export type { NodeId } from './log/nodes.js';
export {
  proveConsistency,
  proveInclusion,
  readRoot,
  verifyConsistency,
  verifyInclusion,
  type ConsistencyClaim,
  type InclusionClaim,
  type NodeReader,
} from './log/proofs.js';
export {
  MAX_ENTRY_BYTES,
  TILE_WIDTH,
  readEntryBundle,
  readHashTile,
  readTilePath,
  splitEntryBundle,
  tilePath,
  tilesOfGrowth,
  tilesOfTree,
  writeEntryBundle,
  type TileId,
} from './log/tiles.js';
export { growTree, nodesFromTiles, type Growth, type TileFile, type TileReader } from './log/tile-tree.js';
export {
  formatNote,
  formatSignatureLine,
  parseNote,
  parseSignatureLine,
  signNote,
  verifySignatures,
  type KnownSignature,
  type NoteSignature,
  type NoteSigner,
  type NoteVerifier,
  type SignedNote,
  type VerifiedSignature,
} from './log/note.js';
export {
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  createCosigner,
  createLogSigner,
  createNoteVerifier,
  formatVerifierKey,
  keyIdOf,
  keyTypes,
  parseVerifierKey,
  type KeyType,
  type KeyTypes,
  type SignBytes,
  type VerifierKey,
} from './log/note-keys.js';
export {
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  signCheckpoint,
  verifyCosignatures,
  type Checkpoint,
  type OpenedCheckpoint,
} from './log/checkpoint.js';
export { logOriginOf, partyOfOrigin, partyOfWitness, witnessNameOf, type PartyName } from './log/origins.js';
export {
  isHashTile,
  type HashTileId,
  type LastSigned,
  type LogReader,
  type LogStore,
  type StoredCheckpoint,
  type StoredTile,
  type TreeHead,
} from './sequencer/ports.js';
export {
  MAX_ADDED,
  integrate,
  tilesOf,
  type Integrated,
  type LogKeys,
  type SigningDeps,
} from './sequencer/integrate.js';
export { checkStoredLog } from './sequencer/check-stored-log.js';
export { readLogFile, type LogFile } from './sequencer/log-files.js';
export { Sequencer, type SequencerReport, type SequencerState, type Wait } from './sequencer/sequencer.js';
export {
  MAX_RECEIPT_LENGTH,
  formatReceipt,
  parseReceipt,
  verifyReceipt,
  openWitnessed,
  type WitnessedCheckpoint,
  type LogTrust,
  type Receipt,
  type VerifiedReceipt,
} from './log/receipt.js';
export {
  MAX_ADD_CHECKPOINT_LENGTH,
  TLOG_SIZE_TYPE,
  decideAddCheckpoint,
  formatAddCheckpoint,
  parseAddCheckpoint,
  provesTwoHistories,
  type AddCheckpoint,
  type Equivocation,
  type WitnessDecision,
  type WitnessedHead,
} from './log/witness.js';
export { trustedLogs, witnessQuorum, type TrustedLog } from './witness/trusted-logs.js';
export { addCheckpoint, type WitnessDeps, type WitnessReply } from './witness/add-checkpoint.js';
export type {
  CosignedCheckpoints,
  KeptEquivocation,
  WitnessedLog,
  WitnessReport,
  WitnessStore,
} from './witness/ports.js';
export {
  Cosigning,
  type CosigningDeps,
  type CosigningReport,
  type CosigningState,
  type WitnessClient,
} from './witness/cosigning.js';
export type { MirrorFolder, ReadFile } from './mirror/ports.js';
export { mirroredSize, updateMirror, type MirrorDeps, type MirroredLog } from './mirror/update-mirror.js';
export { verifyCopy, type VerifiedCopy } from './mirror/verify-copy.js';
