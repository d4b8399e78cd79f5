import { EntitySchema } from 'typeorm';
import type { Role } from '#libs/registry';

/** A person of the node. */
export interface PersonRow {
  user: string;
  roles: Role[];
  passwordHash: string;
}

/** Log-in attempts of one user name or address that have not succeeded. */
export interface LogInAttemptRow {
  key: string;
  failures: number;
  lastAt: Date;
}

export const PersonEntity = new EntitySchema<PersonRow>({
  name: 'person',
  columns: {
    user: { name: 'user_name', type: 'text', primary: true },
    roles: { type: 'text', array: true },
    passwordHash: { name: 'password_hash', type: 'text' },
  },
});

export const LogInAttemptEntity = new EntitySchema<LogInAttemptRow>({
  name: 'log_in_attempt',
  columns: {
    key: { type: 'text', primary: true },
    failures: { type: 'integer' },
    lastAt: { name: 'last_at', type: 'timestamptz', precision: 3 },
  },
});
