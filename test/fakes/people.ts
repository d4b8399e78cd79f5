import {
  type AttemptKey,
  type AttemptLedger,
  type Attempts,
  type AuditLog,
  type PasswordHasher,
  type PeopleStore,
  type Person,
  RegistryError,
} from '#libs/registry';

/** People in memory. */
export function createFakePeople(log: AuditLog): PeopleStore {
  const people = new Map<string, Person>();
  return {
    find: async (user) => people.get(user),
    async insert(person, entry) {
      if (people.has(person.user))
        throw new RegistryError('CONFLICT', 'user', 'is taken', 'choose another user name');
      await log.append(entry);
      people.set(person.user, person);
    },
  };
}

/** Attempts in memory. */
export function createFakeAttempts(): AttemptLedger {
  const known = new Map<AttemptKey, Attempts>();
  return {
    async begin(key, judge) {
      const decision = judge(known.get(key));
      if (decision.kind === 'go') known.set(key, decision.attempts);
      return decision;
    },
    forget: async (key) => void known.delete(key),
    async forgiveOne(key) {
      const attempts = known.get(key);
      if (attempts && attempts.failures > 1) known.set(key, { ...attempts, failures: attempts.failures - 1 });
      else known.delete(key);
    },
  };
}

/** Passwords that are hashed in no time, and a count of how many were verified. */
export interface FakePasswords extends PasswordHasher {
  readonly verified: number;
}

export function createFakePasswords(): FakePasswords {
  let verified = 0;
  return {
    get verified() {
      return verified;
    },
    nobodysHash: 'hash of nothing that can be typed',
    hash: async (password) => `hash of ${password}`,
    async verify(hash, password) {
      verified += 1;
      return hash === `hash of ${password}`;
    },
  };
}
