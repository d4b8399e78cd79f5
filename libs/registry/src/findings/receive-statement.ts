import type { Actor } from '../audit.js';
import { opensCommitment } from '../audit-events/commitment.js';
import { RegistryError, type RegistryErrorCode } from '../errors.js';
import { recordingRefusal } from '../registration/registration-desk.js';
import { entryOf, type FindingDesk } from './exchange-findings.js';
import { historyOfFinding, type FindingHistory } from './finding-history.js';
import {
  findingIdOf,
  findingStatementSchema,
  type CommittedReason,
  type FindingStatement,
} from './finding-statements.js';
import type { KeptStep } from './ports.js';

/** Most statements of one finding that are kept: a finding has five, and a fork is proved by one more. */
const MOST_STATEMENTS = 16;
/** Most findings of one province that are neither upheld nor rejected. */
const MOST_OPEN = 500;
const MAX_STATEMENT_CHARACTERS = 32_768;

/** A statement as the other province delivered it. */
export interface DeliveredStatement {
  readonly jws: string;
  /** With the sending: the bundle of the check that found it. */
  readonly evidence: Uint8Array | null;
  /** What the statement commits to; null where it commits to nothing, and where the sender has erased it. */
  readonly said: CommittedReason | null;
  /** The province whose certificate the call came with. */
  readonly peer: string;
}

/**
 * Takes a statement of another province. The same one again changes nothing, and is acknowledged again: whoever sends it may not know
 * that it came.
 * @returns digest of the statement
 * @throws RegistryError INVALID_INPUT for what is no statement, or whose evidence or reason is not what it names; FORBIDDEN for one that the caller
 *   did not sign, that is for another province, or that answers what the caller was not asked; NOT_FOUND for a registration or a finding
 *   that is not here; WRONG_STATE for a step that may not follow; TOO_MANY
 */
export function receiveStatement(desk: FindingDesk, delivered: DeliveredStatement): Promise<string> {
  const { peer, evidence } = delivered;
  const actor: Actor = { kind: 'member', name: peer };
  return recordingRefusal(desk, { type: 'finding.received', actor, subject: null }, async () => {
    const step = await readStatement(desk, delivered);
    const { statement } = step;
    if (statement.step === 'sent') await assertAcceptable(desk, statement, evidence);
    await desk.findings.keep(step, {
      entry: entryOf('finding.received', step, actor, desk.clock),
      evidence: statement.step === 'sent' ? evidence : null,
      deliverTo: null,
      mayKeep: (there) => assertMayFollow(step, there),
    });
    return step.digest;
  });
}

async function readStatement(desk: FindingDesk, { jws, said, peer }: DeliveredStatement): Promise<KeptStep> {
  const remedy = 'send the statement as it was signed';
  if (jws.length > MAX_STATEMENT_CHARACTERS)
    throw refused('INVALID_INPUT', 'statement', 'is too long', remedy);
  const payload = await desk.verifier.verify(jws, { province: peer }).catch((cause: unknown) => {
    throw refused('FORBIDDEN', 'statement', `is not signed by ${peer}`, remedy, { cause });
  });
  const parsed = findingStatementSchema.safeParse(payload);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    throw refused('INVALID_INPUT', 'statement', `is no finding (${where})`, remedy);
  }
  const statement = parsed.data;
  const { from, to } = statement;
  const [signer, told] = statement.step === 'sent' ? [from, to] : [to, from];
  if (signer !== peer || told !== desk.province) {
    const problem = `is not of ${peer} to ${desk.province}`;
    throw refused('FORBIDDEN', 'statement', problem, 'send it to whom it is for');
  }
  assertCommittedTo(desk, statement, said);
  return { jws, statement, said, signer: peer, digest: desk.digest(jws) };
}

/** Words that nobody signed are not kept; what was erased before it came is missing, and is shown to be. */
function assertCommittedTo(
  { digest }: FindingDesk,
  { reason, reasonCommitment }: FindingStatement,
  said: CommittedReason | null,
): void {
  const remedy = 'send the reason and the salt that it was committed to with';
  if (reasonCommitment !== undefined && reason !== '')
    throw refused('INVALID_INPUT', 'reason', 'is in the statement that commits to it', remedy);
  if (said === null) return;
  const opening = { of: 'reason', salt: said.salt, value: said.reason } as const;
  if (reasonCommitment === undefined || !opensCommitment(digest, reasonCommitment, opening))
    throw refused('INVALID_INPUT', 'reason', 'is not what the statement commits to', remedy);
}

/** A finding is about a registration of this province, under its own id, with the bundle that it names. */
async function assertAcceptable(
  { digest, registry, findings }: FindingDesk,
  statement: Extract<FindingStatement, { step: 'sent' }>,
  evidence: Uint8Array | null,
): Promise<void> {
  if (statement.findingId !== findingIdOf(digest, statement))
    throw refused(
      'INVALID_INPUT',
      'findingId',
      'is not that of this finding',
      'make it as the protocol says',
    );
  if (evidence === null || digest(evidence) !== statement.evidenceDigest) {
    const problem = 'is not the bundle that the finding names';
    throw refused('INVALID_INPUT', 'evidence', problem, 'send the bundle with it');
  }
  if (!(await registry.find(statement.registrationId)))
    throw refused('NOT_FOUND', 'registrationId', 'is not in this registry', 'check the province');
  if ((await findings.openFrom(statement.from)) >= MOST_OPEN) {
    const problem = `has ${MOST_OPEN} findings here that are not answered yet`;
    throw refused('TOO_MANY', 'from', problem, 'wait for the answers');
  }
}

/** Kept is what follows, what may follow once its predecessor is here, and what proves that two histories were told. */
function assertMayFollow(step: KeptStep, there: readonly KeptStep[]): void {
  const { statement, digest } = step;
  if (there.some((one) => one.digest === digest)) return;
  const sent = there.find((one) => one.statement.step === 'sent')?.statement;
  if (statement.step !== 'sent' && sent === undefined)
    throw refused('NOT_FOUND', 'findingId', 'names no finding of this province', 'send it to whom it is for');
  if (sent && (sent.from !== statement.from || sent.to !== statement.to))
    throw refused('FORBIDDEN', 'statement', 'is of another than was asked', 'leave it to that province');
  if (there.length >= MOST_STATEMENTS) {
    const remedy = 'send no other statements of it';
    throw refused('TOO_MANY', 'statement', 'is one too many of this finding', remedy);
  }
  const before = historyOfFinding(statement.findingId, there);
  if (!follows(step, before, historyOfFinding(statement.findingId, [...there, step]))) {
    const last = before.steps.at(-1)?.statement.step ?? 'not sent yet';
    const problem = `is ${statement.step}, which may not follow there: the finding is ${last}`;
    throw refused('WRONG_STATE', 'step', problem, 'see the protocol for what follows what');
  }
}

/** Whether the history takes it, forks at it, or cannot judge it yet. */
function follows({ statement, digest }: KeptStep, before: FindingHistory, after: FindingHistory): boolean {
  const taken = [...after.steps, ...after.fork].some((one) => one.digest === digest);
  return taken || !before.steps.some((one) => one.digest === statement.before);
}

function refused(
  code: RegistryErrorCode,
  field: string,
  problem: string,
  remedy: string,
  options?: ErrorOptions,
): RegistryError {
  return new RegistryError(code, field, problem, remedy, options);
}
