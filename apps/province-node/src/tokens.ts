/** Injection tokens of the province node: one for each port that its controllers use. */
export const CONFIG = Symbol('Config');
export const REGISTRY = Symbol('Registry');
export const DEPOSIT_COPIES = Symbol('DepositCopies');
export const FINGERPRINTER = Symbol('Fingerprinter');
export const SIMILARITY_INDEX = Symbol('SimilarityIndex');
export const AUDIT_LOG = Symbol('AuditLog');
export const SIGNER = Symbol('StatementSigner');
export const VERIFIER = Symbol('StatementVerifier');
/** The member directory in force (federation-log's Directory). */
export const DIRECTORY = Symbol('Directory');
export const FEDERATION = Symbol('Federation');
export const METADATA_CLIENT = Symbol('MetadataClient');
export const CLOCK = Symbol('Clock');
export const RANDOM = Symbol('Random');
