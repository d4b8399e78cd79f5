import type { Actor, AuditEvent, AuditLog } from '../audit.js';
import { commitTo } from '../audit-events/commitment.js';
import type { CheckStore } from '../check-records/ports.js';
import type { ShownCandidate } from '../duplicate-check/check.js';
import type { Clock, Digest, Random, StatementSigner, StatementVerifier } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import { parseReason } from '../registration/decide-registration.js';
import type { RegistryReader } from '../registration/ports.js';
import { recordingRefusal } from '../registration/registration-desk.js';
import { historyOfFinding, nextStatement } from './finding-history.js';
import {
  findingIdOf,
  type CommittedReason,
  type FindingStatement,
  type FindingStep,
  type SentFinding,
  type SignedStep,
} from './finding-statements.js';
import type { FindingStore, KeptStep } from './ports.js';

/** Most bytes of an evidence bundle that goes with a finding: it travels in one message, of at most 4 MiB. */
export const MAX_EVIDENCE_BYTES = 3_670_016;

/** What findings are exchanged with. */
export interface FindingDesk {
  readonly province: string;
  readonly findings: FindingStore;
  readonly checks: Pick<CheckStore, 'find'>;
  readonly registry: Pick<RegistryReader, 'find'>;
  /** The bundle of a check in its canonical bytes. */
  readonly evidenceOf: (checkId: string) => Promise<Uint8Array>;
  readonly signer: StatementSigner;
  readonly verifier: StatementVerifier;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly random: Pick<Random, 'salt'>;
  readonly digest: Digest;
}

/** A duplicate to be told to the province whose registration it is. */
export interface NewFinding {
  readonly checkId: string;
  /** One of the check's candidates. */
  readonly registrationId: string;
  readonly reason: string;
  readonly actor: Actor;
}

/**
 * Sends a finding: signs it over the evidence bundle of its check, and keeps it to be delivered.
 * @throws RegistryError NOT_FOUND for a check or a candidate that is not there; INVALID_INPUT for a candidate of this province or one
 *   that is no match, or a reason that is none; CONFLICT if it has been sent already; WRONG_STATE for a bundle over MAX_EVIDENCE_BYTES
 */
export function sendFinding(desk: FindingDesk, finding: NewFinding): Promise<KeptStep> {
  const { actor, checkId, registrationId } = finding;
  return recordingRefusal(desk, { type: 'finding.signed', actor, subject: null }, async () => {
    const said = { reason: parseReason(finding.reason), salt: desk.random.salt() };
    const candidate = await foreignMatch(desk, checkId, registrationId);
    const evidence = await desk.evidenceOf(checkId);
    if (evidence.length > MAX_EVIDENCE_BYTES) {
      const problem = `has a bundle of ${evidence.length} bytes, over the ${MAX_EVIDENCE_BYTES} that travel`;
      throw new RegistryError('WRONG_STATE', 'checkId', problem, 'make the check again with a lower limit');
    }
    const about = { from: desk.province, checkId, registrationId };
    const statement: SentFinding = {
      ...{ kind: 'weft.finding.v1', findingId: findingIdOf(desk.digest, about), ...about },
      ...{ to: candidate.province, at: desk.clock.now().toISOString(), step: 'sent', before: null },
      ...{ evidenceDigest: desk.digest(evidence), reason: '', reasonCommitment: commitmentTo(desk, said) },
    };
    const step = await sign(desk, statement, said);
    const entry = entryOf('finding.signed', step, actor, desk.clock);
    const mayKeep = (there: readonly KeptStep[]): void => {
      if (there.length === 0) return;
      const remedy = 'see what became of it in the list of findings';
      throw new RegistryError('CONFLICT', 'registrationId', 'has been sent of this check already', remedy);
    };
    await desk.findings.keep(step, { entry, evidence, deliverTo: statement.to, mayKeep });
    return step;
  });
}

async function foreignMatch(
  { checks, province }: FindingDesk,
  checkId: string,
  registrationId: string,
): Promise<ShownCandidate> {
  const check = await checks.find(checkId);
  const candidate = check?.candidates.find((one) => one.registrationId === registrationId);
  const refuse = (code: 'NOT_FOUND' | 'INVALID_INPUT', problem: string, remedy: string) =>
    new RegistryError(code, 'registrationId', problem, remedy);
  if (!candidate)
    throw refuse(
      'NOT_FOUND',
      'is no candidate of a check of this node',
      'name a check and one of its candidates',
    );
  const remedy = 'name a match in another province';
  if (candidate.verdict === null) throw refuse('INVALID_INPUT', 'is no match', remedy);
  if (candidate.province === province)
    throw refuse('INVALID_INPUT', 'is a registration of this province: decide on it here', remedy);
  return candidate;
}

/** What an examiner does with a finding about a registration of this province. */
export interface FindingAnswer {
  readonly findingId: string;
  readonly step: Exclude<FindingStep, 'sent'>;
  readonly reason: string;
  readonly actor: Actor;
}

/**
 * Takes the next step of a finding about a registration of this province, and keeps it to be delivered.
 * @throws RegistryError as nextStatement; CONFLICT if another examiner took a step in the meantime; WRONG_STATE for "revoked" while the
 *   registration itself is not
 */
export function answerFinding(desk: FindingDesk, answer: FindingAnswer): Promise<KeptStep> {
  const { findingId, step, actor } = answer;
  return recordingRefusal(desk, { type: 'finding.signed', actor, subject: findingId }, async () => {
    const kept = await desk.findings.find(findingId);
    const history = historyOfFinding(findingId, kept?.steps ?? []);
    const words = answer.reason.trim() === '' ? null : parseReason(answer.reason);
    const said = words === null ? null : { reason: words, salt: desk.random.salt() };
    const at = desk.clock.now().toISOString();
    const reasonCommitment = said && commitmentTo(desk, said);
    const statement = nextStatement(history, { province: desk.province, step, reasonCommitment, at });
    if (step === 'revoked') await assertRevoked(desk, history.steps[0]);
    const signed = await sign(desk, statement, said);
    const entry = entryOf('finding.signed', signed, actor, desk.clock);
    const mayKeep = (there: readonly KeptStep[]): void => {
      const last = historyOfFinding(findingId, there).steps.at(-1);
      if (last?.digest === statement.before) return;
      const remedy = 'read the finding again';
      throw new RegistryError('CONFLICT', 'findingId', 'has got another step in the meantime', remedy);
    };
    await desk.findings.keep(signed, { entry, evidence: null, deliverTo: statement.from, mayKeep });
    return signed;
  });
}

async function assertRevoked({ registry }: FindingDesk, first: SignedStep | undefined): Promise<void> {
  const sent = first?.statement;
  const registration = sent?.step === 'sent' ? await registry.find(sent.registrationId) : undefined;
  if (registration?.state === 'revoked') return;
  const problem = 'is not so: the registration stands';
  throw new RegistryError('WRONG_STATE', 'step', problem, 'revoke the registration first');
}

async function sign(
  { signer, digest, province }: FindingDesk,
  statement: FindingStatement,
  said: CommittedReason | null,
): Promise<KeptStep> {
  const jws = await signer.sign(statement);
  return { jws, statement, said, signer: province, digest: digest(jws) };
}

/** What a statement says of a reason that goes beside it. */
export function commitmentTo(
  { digest }: Pick<FindingDesk, 'digest'>,
  { reason, salt }: CommittedReason,
): string {
  return commitTo(digest, { of: 'reason', salt, value: reason });
}

/** The entry of a statement that was signed here, came here, or was taken by the other province. */
export function entryOf(
  type: 'finding.signed' | 'finding.received' | 'finding.delivered',
  { statement, digest }: KeptStep,
  actor: Actor,
  clock: Clock,
): AuditEvent {
  const { step, from, to, findingId } = statement;
  const evidenceDigest = statement.step === 'sent' ? statement.evidenceDigest : null;
  const details = { step, from, to, statementDigest: digest, evidenceDigest };
  return { type, outcome: 'success', actor, at: clock.now().toISOString(), subject: findingId, details };
}
