import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { type PasswordHasher, RegistryError } from '#libs/registry';
import PQueue from 'p-queue';

/** Argon2id with 19 MiB, two passes, one lane: OWASP's password storage recommendation. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = 2;
const MOST_WAITING = 32;

/** Argon2id, two at once and at most 32 waiting: a flood of log-ins must not take the node's processors. */
export class Argon2Passwords implements PasswordHasher {
  private readonly queue = new PQueue({ concurrency: AT_ONCE });

  private constructor(readonly nobodysHash: string) {}

  static async create(): Promise<Argon2Passwords> {
    return new Argon2Passwords(await hash(randomBytes(32), COST));
  }

  hash(password: string): Promise<string> {
    return hash(password, COST);
  }

  verify(expected: string, password: string): Promise<boolean> {
    if (this.queue.size >= MOST_WAITING) {
      throw new RegistryError(
        'TOO_MANY',
        'session',
        'is asked for by too many at once',
        'try again in a second',
      );
    }
    return this.queue.add(() => verify(expected, password));
  }
}
