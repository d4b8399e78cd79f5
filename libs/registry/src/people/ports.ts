import type { AuditEvent } from '../audit.js';
import type { AttemptDecision, Attempts } from './attempts.js';
import type { Person } from './person.js';

/** The people of one province node. */
export interface PeopleStore {
  find(user: string): Promise<Person | undefined>;
  /**
   * Adds the person and its log entry, both or neither.
   * @throws RegistryError CONFLICT if the user name is there already
   */
  insert(person: Person, entry: AuditEvent): Promise<void>;
}

/** Whose attempts are counted: a user name as typed, or a network address. */
export type AttemptKey = `user:${string}` | `address:${string}`;

/** Attempts to log in, remembered across restarts. */
export interface AttemptLedger {
  /**
   * Judges an attempt by `judge` and remembers what it gives; attempts of one key are judged one after the other.
   * The ledger holds at most 10,000 keys; beyond that the oldest are forgotten.
   */
  begin(key: AttemptKey, judge: (known: Attempts | undefined) => AttemptDecision): Promise<AttemptDecision>;
  /** Forgets a key: its attempt succeeded. */
  forget(key: AttemptKey): Promise<void>;
  /** Takes one failure back: the attempt succeeded, the others of the key stand. */
  forgiveOne(key: AttemptKey): Promise<void>;
}

/** A password hash that is slow to guess. */
export interface PasswordHasher {
  /** Salted; holds its own parameters. */
  hash(password: string): Promise<string>;
  /** @throws RegistryError TOO_MANY when too many are waiting */
  verify(hash: string, password: string): Promise<boolean>;
  /** The hash of a password that nobody knows: verifying against it takes as long as against a person's. */
  readonly nobodysHash: string;
}
