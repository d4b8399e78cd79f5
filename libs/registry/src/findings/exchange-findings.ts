import type { Actor, AuditEvent } from '../audit.js';
import { recordingRefusal } from '../registration/registration-desk.js';
import type { AuditLog } from '../audit.js';
import type { CheckStore } from '../check-records/ports.js';
import type { Clock, Digest, Random, StatementSigner, StatementVerifier } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import { parseReason } from '../registration/decide-registration.js';
import type { RegistryReader } from '../registration/ports.js';
import { historyOfFinding, nextStatement } from './finding-history.js';
import {
  findingStatementSchema,
  type FindingStatement,
  type FindingStep,
  type SentFinding,
  type SignedStep,
} from './finding-statements.js';
import type { FindingStore, KeptStep } from './ports.js';

/** Most statements of one finding that are kept: a finding has five, and a fork is proved by one more. */
const MOST_STATEMENTS = 16;
const MAX_STATEMENT_CHARACTERS = 32_768;

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
  readonly random: Random;
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
 *   that is no match, or a reason that is none
 */
export function sendFinding(desk: FindingDesk, finding: NewFinding): Promise<KeptStep> {
  const { actor, checkId, registrationId } = finding;
  return recordingRefusal(desk, { type: 'finding.signed', actor, subject: null }, async () => {
    const check = await desk.checks.find(checkId);
    const candidate = check?.candidates.find((one) => one.registrationId === registrationId);
    if (!candidate) {
      const problem = 'is no candidate of a check of this node';
      throw new RegistryError(
        'NOT_FOUND',
        'registrationId',
        problem,
        'name a check and one of its candidates',
      );
    }
    if (candidate.province === desk.province || candidate.verdict === null) {
      const problem =
        candidate.verdict === null ? 'is no match' : 'is a registration of this province: decide on it here';
      throw new RegistryError('INVALID_INPUT', 'registrationId', problem, 'name a match in another province');
    }
    const evidence = await desk.evidenceOf(checkId);
    const statement: SentFinding = {
      kind: 'weft.finding.v1',
      findingId: desk.random.uuid(),
      from: desk.province,
      to: candidate.province,
      at: desk.clock.now().toISOString(),
      step: 'sent',
      before: null,
      registrationId,
      checkId,
      evidenceDigest: desk.digest(evidence),
      reason: parseReason(finding.reason),
    };
    const step = await sign(desk, statement);
    const entry = entryOf('finding.signed', step, actor, desk);
    await desk.findings.keep(step, { entry, evidence, deliverTo: statement.to, mayKeep: () => undefined });
    return step;
  });
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
    const history = historyOfFinding(findingId, await desk.findings.ofFinding(findingId));
    const reason = answer.reason.trim() === '' ? '' : parseReason(answer.reason);
    const at = desk.clock.now().toISOString();
    const statement = nextStatement(history, { province: desk.province, step, reason, at });
    if (step === 'revoked') await assertRevoked(desk, history.steps[0]);
    const signed = await sign(desk, statement);
    const entry = entryOf('finding.signed', signed, actor, desk);
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
  throw new RegistryError(
    'WRONG_STATE',
    'step',
    'is not so: the registration stands',
    'revoke the registration first',
  );
}

/** A statement as the other province delivered it. */
export interface DeliveredStatement {
  readonly jws: string;
  /** With the sending: the bundle of the check that found it. */
  readonly evidence: Uint8Array | null;
  /** The province whose certificate the call came with. */
  readonly peer: string;
}

/**
 * Takes a statement of another province. The same one again changes nothing, and is acknowledged again: whoever sends it may not know
 * that it came.
 * @throws RegistryError INVALID_INPUT for what is no statement of that province to this one, or whose evidence is not what it names
 */
export function receiveStatement(desk: FindingDesk, delivered: DeliveredStatement): Promise<void> {
  const { peer, evidence } = delivered;
  const actor: Actor = { kind: 'member', name: peer };
  return recordingRefusal(desk, { type: 'finding.received', actor, subject: null }, async () => {
    const step = await readStatement(desk, delivered);
    const { statement } = step;
    if (
      statement.step === 'sent' &&
      (evidence === null || desk.digest(evidence) !== statement.evidenceDigest)
    ) {
      throw refused('evidence', 'is not the bundle that the finding names', 'send the bundle with it');
    }
    const mayKeep = (there: readonly KeptStep[]): void => {
      if (there.length >= MOST_STATEMENTS && !there.some(({ digest }) => digest === step.digest))
        throw refused('statement', 'is one too many of this finding', 'send no other statements of it');
    };
    const entry = entryOf('finding.received', step, actor, desk);
    const kept = statement.step === 'sent' ? evidence : null;
    await desk.findings.keep(step, { entry, evidence: kept, deliverTo: null, mayKeep });
  });
}

async function readStatement(desk: FindingDesk, { jws, peer }: DeliveredStatement): Promise<KeptStep> {
  const remedy = 'send the statement as it was signed';
  if (jws.length > MAX_STATEMENT_CHARACTERS) throw refused('statement', 'is too long', remedy);
  const payload = await desk.verifier.verify(jws, { province: peer }).catch((cause: unknown) => {
    throw new RegistryError('INVALID_INPUT', 'statement', `is not signed by ${peer}`, remedy, { cause });
  });
  const parsed = findingStatementSchema.safeParse(payload);
  if (!parsed.success) {
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    throw refused('statement', `is no finding (${where})`, remedy);
  }
  const statement = parsed.data;
  const [signer, told] =
    statement.step === 'sent' ? [statement.from, statement.to] : [statement.to, statement.from];
  if (signer !== peer || told !== desk.province)
    throw refused('statement', `is not of ${peer} to ${desk.province}`, 'send it to whom it is for');
  return { jws, statement, signer: peer, digest: desk.digest(jws) };
}

async function sign(
  { signer, digest, province }: FindingDesk,
  statement: FindingStatement,
): Promise<KeptStep> {
  const jws = await signer.sign(statement);
  return { jws, statement, signer: province, digest: digest(jws) };
}

function entryOf(
  type: 'finding.signed' | 'finding.received',
  { statement, digest }: KeptStep,
  actor: Actor,
  { clock }: FindingDesk,
): AuditEvent {
  const { step, from, to, findingId } = statement;
  const evidenceDigest = statement.step === 'sent' ? statement.evidenceDigest : null;
  const details = { step, from, to, statementDigest: digest, evidenceDigest };
  return { type, outcome: 'success', actor, at: clock.now().toISOString(), subject: findingId, details };
}

function refused(field: string, problem: string, remedy: string): RegistryError {
  return new RegistryError('INVALID_INPUT', field, problem, remedy);
}
