export { PersistenceError, type PersistenceErrorCode } from './persistence-error.js';
export { writeSecretFile } from './secret-file.js';
export {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.js';
export { createRoleAndDatabase } from './role-and-database.js';
