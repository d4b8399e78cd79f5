export { Argon2Passwords } from './argon2-passwords.js';
export { nodeLogCrypto, signBytesBy } from './log-crypto.js';
export { readKeyPair, type TlsFiles } from './certificate.js';
export { errnoCode, explainFileError, readOpenFile, readSecretFile } from './files.js';
export { loadIdentity, type Identity } from './identity.js';
export type { Party } from './party.js';
export { parsePartyConfig, readDatabaseUrl, type PartyConfig } from './party-config.js';
export { StartError } from './start-error.js';
export { hostAndPort, listenAddress, onOff, parseVariables, path, type ListenAddress } from './variables.js';
