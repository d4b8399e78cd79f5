export {
  directorySchema,
  memberSchema,
  publicKeySchema,
  trustSchema,
  type Directory,
  type Member,
  type PublicKey,
  type Trust,
} from './directory.js';
