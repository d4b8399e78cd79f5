import type { Actor, AuditEvent } from '../audit.js';
import { openClearToken, type ClearTokenDeps } from '../clear-token/open-clear-token.js';
import { commitTo } from '../audit-events/commitment.js';
import { RegistryError } from '../errors.js';
import { chinaDate } from './civil-date.js';
import { parseLine } from './parse-line.js';
import type { RegistryHead, RegistryWriter } from './ports.js';
import { recordingRefusal, type RegistrationDesk } from './registration-desk.js';
import { assertMayBecome } from './registration-life.js';
import { writeRegistrationNumber } from './registration-number.js';
import type { Registration, RegistrationState } from './registration.js';

const MAX_REASON = 1000;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u;

/** Whose registration is decided, and by whom. */
export interface Decision {
  readonly registrationId: string;
  readonly actor: Actor;
}

/** A decision that must be reasoned. */
export interface ReasonedDecision extends Decision {
  /** 1 to 1,000 characters; kept with the registration, not written to the log. */
  readonly reason: string;
}

/** The act of registering: by a clear token alone. */
export interface ClearedDecision extends Decision {
  /** As the coordinator signed it. */
  readonly clearToken: string;
}

type DecisionDesk = Pick<RegistrationDesk, 'province' | 'registry' | 'log' | 'clock' | 'random' | 'digest'>;

/**
 * The application was examined: applied -> examined.
 * @throws RegistryError NOT_FOUND; WRONG_STATE
 */
export function examine(desk: DecisionDesk, decision: Decision): Promise<Registration> {
  return decide(desk, decision, 'examined', 'registry.examined', async () => ({
    change: {},
    event: (decided) => ({ ...decided, type: 'registry.examined' }),
  }));
}

/**
 * The act of registering: examined -> registered, with the next number of the year and today's date by Chinese time. The clear
 * token is used up by it; the log names both.
 * @throws RegistryError NOT_FOUND; WRONG_STATE; NO_CLEAR_TOKEN for a token that is edited, foreign, expired or used before
 */
export function register(
  desk: DecisionDesk & ClearTokenDeps,
  { clearToken, ...decision }: ClearedDecision,
): Promise<Registration> {
  return decide(desk, decision, 'registered', 'registry.registered', async (registration, writer) => {
    const { registrationId } = registration;
    const { token, digest } = await openClearToken({ ...desk, registry: writer }, clearToken, registrationId);
    await writer.useClearToken(token.tokenId, registrationId);
    const registeredOn = chinaDate(desk.clock.now());
    const year = Number(registeredOn.slice(0, 4));
    const { category } = registration;
    const serial = await writer.nextSerial(year, category);
    const region = desk.province.regionWord;
    const registrationNumber = writeRegistrationNumber({ region, year, category, serial });
    const { checkId, ground } = token;
    return {
      change: { registeredOn, registrationNumber },
      event: ({ details, ...decided }) => ({
        ...decided,
        type: 'registry.registered',
        details: { ...details, clearToken: digest, checkId, ground },
      }),
    };
  });
}

/**
 * Refuses an application: applied or examined -> refused. It stays searchable.
 * @throws RegistryError INVALID_INPUT, field "reason"; NOT_FOUND; WRONG_STATE
 */
export function refuse(desk: DecisionDesk, decision: ReasonedDecision): Promise<Registration> {
  return decide(desk, decision, 'refused', 'registry.refused', (_, writer) =>
    becauseOf(desk, decision, writer, 'registry.refused'),
  );
}

/**
 * Revokes a registration (作品自愿登记试行办法, art. 6): registered -> revoked. It keeps its number and stays searchable.
 * @throws RegistryError INVALID_INPUT, field "reason"; NOT_FOUND; WRONG_STATE
 */
export function revoke(desk: DecisionDesk, decision: ReasonedDecision): Promise<Registration> {
  return decide(desk, decision, 'revoked', 'registry.revoked', (_, writer) =>
    becauseOf(desk, decision, writer, 'registry.revoked'),
  );
}

/**
 * A reason as kept: white space in it becomes single spaces.
 * @throws RegistryError INVALID_INPUT, field "reason", if it is empty, longer than 1,000 characters or no text
 */
export function parseReason(reason: string): string {
  return parseLine(reason, 'reason', MAX_REASON);
}

/** Whether this has the form of a registration id. */
export function isRegistrationId(text: string): boolean {
  return UUID.test(text);
}

type DecisionType = 'registry.examined' | 'registry.registered' | 'registry.refused' | 'registry.revoked';

/** The reason is kept with the registration; the log commits to it. */
async function becauseOf(
  { random, digest }: DecisionDesk,
  decision: ReasonedDecision,
  writer: RegistryWriter,
  type: 'registry.refused' | 'registry.revoked',
): Promise<Decided> {
  const reason = parseReason(decision.reason);
  const committed = { of: 'reason', salt: random.salt(), value: reason } as const;
  await writer.keepSalts([{ about: decision.registrationId, ...committed }]);
  const reasonCommitment = commitTo(digest, committed);
  return {
    change: { reason },
    event: ({ details, ...decided }) => ({ ...decided, type, details: { ...details, reasonCommitment } }),
  };
}

interface DecidedEntry {
  readonly outcome: 'success';
  readonly actor: Actor;
  readonly at: string;
  readonly subject: string;
  readonly details: RegistryHead &
    Pick<Registration, 'registrationNumber'> & { readonly from: RegistrationState };
}

/** What a decision changes, and its entry of the log. */
interface Decided {
  readonly change: Partial<Pick<Registration, 'registrationNumber' | 'registeredOn' | 'reason'>>;
  /** Its entry, from what every decision's entry says. */
  event(decided: DecidedEntry): AuditEvent;
}

function decide(
  desk: DecisionDesk,
  { registrationId, actor }: Decision,
  state: RegistrationState,
  type: DecisionType,
  decideOn: (registration: Registration, writer: RegistryWriter) => Promise<Decided>,
): Promise<Registration> {
  const known = isRegistrationId(registrationId);
  return recordingRefusal(desk, { type, actor, subject: known ? registrationId : null }, () =>
    desk.registry.transaction(async (writer) => {
      const registration = known ? await writer.lock(registrationId) : undefined;
      if (!registration) {
        throw new RegistryError(
          'NOT_FOUND',
          'registrationId',
          'names no registration here',
          'look it up in the list',
        );
      }
      assertMayBecome(registration.state, state);
      const { change, event } = await decideOn(registration, writer);
      const decided: Registration = { ...registration, ...change, state };
      await writer.updateRegistration(decided);
      const { registrationNumber } = decided;
      const details = { from: registration.state, registrationNumber, ...(await writer.head()) };
      const at = desk.clock.now().toISOString();
      await writer.log.append(event({ outcome: 'success', actor, at, subject: registrationId, details }));
      return decided;
    }),
  );
}
