export { FederationLogError, type FederationLogErrorCode } from './errors.js';
export { canonicalJson, parseCanonical } from './canonical-json.js';
export {
  directorySchema,
  directoryView,
  memberSchema,
  publicKeySchema,
  trustSchema,
  type Directory,
  type Member,
  type PublicKey,
  type Trust,
} from './directory.js';
export { generateSigningKey, publicKeyOf, signingKeySchema, type SigningKey } from './keys.js';
export {
  createStatementSigner,
  createStatementVerifier,
  type Signatory,
  type StatementSigner,
  type StatementVerifier,
} from './statement.js';
export { signDirectory, verifyDirectory, type SignedDirectory } from './signed-directory.js';
