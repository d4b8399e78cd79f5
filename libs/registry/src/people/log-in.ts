import type { AuditLog } from '../audit.js';
import type { Clock } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import { ADDRESS_RULE, USER_RULE, judgeAttempt, type ThrottleRule } from './attempts.js';
import type { AttemptKey, AttemptLedger, PasswordHasher, PeopleStore } from './ports.js';
import { openSession, type Session, type SessionKeeper } from './sessions.js';

/** A refused attempt that may be made again after a while. */
export class TooManyAttempts extends RegistryError {
  /** @param waitSeconds whole seconds until the next attempt is judged, at least 1 */
  constructor(
    field: string,
    readonly waitSeconds: number,
  ) {
    super('TOO_MANY', field, 'has too many failed log-ins', `wait ${waitSeconds} s and try again`);
  }
}

export interface LogInDeps {
  readonly people: PeopleStore;
  readonly attempts: AttemptLedger;
  readonly passwords: PasswordHasher;
  readonly sessions: SessionKeeper;
  readonly log: AuditLog;
  readonly clock: Clock;
}

/** One attempt to log in. */
export interface LogInAttempt {
  readonly user: string;
  readonly password: string;
  /** Network address that it came from. */
  readonly address: string;
}

/**
 * Opens a session for a person who knows their password. A known and an unknown user name take the same steps.
 * @throws RegistryError UNAUTHENTICATED for a wrong user name or password, without saying which
 * @throws TooManyAttempts while the user name or the address has to wait
 */
export async function logIn(deps: LogInDeps, attempt: LogInAttempt): Promise<Session> {
  const byUser: AttemptKey = `user:${attempt.user}`;
  const byAddress: AttemptKey = `address:${attempt.address}`;
  await begin(deps, byAddress, 'address', ADDRESS_RULE);
  await begin(deps, byUser, 'user', USER_RULE);
  const person = await deps.people.find(attempt.user);
  const right = await deps.passwords.verify(
    person?.passwordHash ?? deps.passwords.nobodysHash,
    attempt.password,
  );
  const accepted = right && person !== undefined;
  await deps.log.append({
    type: 'person.logged-in',
    outcome: accepted ? 'success' : 'failure',
    // What was typed as an unknown user name may be a password: it is not recorded.
    actor: { kind: 'person', name: person?.user ?? 'unknown' },
    at: deps.clock.now().toISOString(),
    subject: null,
    details: {},
  });
  if (!accepted) {
    throw new RegistryError(
      'UNAUTHENTICATED',
      'password',
      'does not belong to this user name',
      'check both and try again',
    );
  }
  await deps.attempts.forget(byUser);
  await deps.attempts.forgiveOne(byAddress);
  return openSession(deps.sessions, person);
}

async function begin(
  deps: Pick<LogInDeps, 'attempts' | 'clock'>,
  key: AttemptKey,
  field: string,
  rule: ThrottleRule,
): Promise<void> {
  const now = deps.clock.now();
  const decision = await deps.attempts.begin(key, (known) => judgeAttempt(known, now, rule));
  if (decision.kind === 'wait') {
    throw new TooManyAttempts(
      field,
      Math.max(1, Math.ceil((decision.until.getTime() - now.getTime()) / 1_000)),
    );
  }
}
