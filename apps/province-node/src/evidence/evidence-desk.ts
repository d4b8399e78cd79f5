import { assembleBundle, formatBundle, type Bundle } from '#libs/audit';
import {
  createStatementVerifier,
  FederationLogError,
  parseReceipt,
  verifyDirectory,
  type Directory,
  type SignedDirectory,
  type Trust,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import type { ReceiptDesk } from '#libs/log-service';
import {
  commitTo,
  questionSchema,
  RegistryError,
  recordingRefusal,
  type Actor,
  type AuditLog,
  type Check,
  type CheckDecision,
  type CheckStore,
  type Clock,
  type DecisionStore,
  type Digest,
  type Opening,
  type Question,
  type ReceiptStore,
  type RegistryReader,
  type SaltStore,
} from '#libs/registry';

/** Entries of the application under check that belong to the evidence: what became of it. */
const ACTS = ['registry.examined', 'registry.registered', 'registry.refused', 'registry.revoked'];

/** Decisions that a bundle proves; the latest ones. */
const MOST_DECISIONS = 12;
/** How long what was just decided may take to be witnessed. */
const WITNESS_MS = 2_000;

/** What the evidence of a check is put together from. */
export interface EvidenceDeskDeps {
  readonly checks: Pick<CheckStore, 'find'>;
  readonly receipts: Pick<ReceiptStore, 'ofCheck'>;
  readonly decisions: Pick<DecisionStore, 'ofCheck'>;
  /** Of the node's own log. */
  readonly ownLog: Pick<ReceiptDesk, 'receipts'>;
  readonly salts: Pick<SaltStore, 'find'>;
  readonly registry: Pick<RegistryReader, 'find'>;
  /** Those of all epochs that this node was run with. */
  readonly directories: { find(epoch: number): Promise<SignedDirectory | null> };
  /** The founders by whom they are verified. */
  readonly trust: Trust;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly digest: Digest;
}

/** Gives the evidence of this node's checks to whoever is to judge them without this node. */
export class EvidenceDesk {
  constructor(private readonly deps: EvidenceDeskDeps) {}

  /**
   * The bundle of a check for whoever asked for it; that it was given, and how much it discloses, is an entry of the log.
   * @throws as `bundle`
   */
  give(checkId: string, disclose: boolean, actor: Actor): Promise<string> {
    const type = 'evidence.assembled';
    const { log, clock, digest } = this.deps;
    return recordingRefusal(this.deps, { type, actor, subject: checkId }, async () => {
      const bundle = await this.assemble(checkId, disclose);
      const text = formatBundle(bundle);
      const { receipts, openings = [] } = bundle;
      await log.append({
        type,
        outcome: 'success',
        actor,
        at: clock.now().toISOString(),
        subject: checkId,
        details: { evidenceDigest: digest(text), receipts: receipts.length, disclosed: openings.length },
      });
      return text;
    });
  }

  /**
   * The bundle of a check in its canonical bytes, with the receipts that are there by now.
   * @throws RegistryError NOT_FOUND for a check that is not here; WRONG_STATE if the directory that it was asked under is not kept
   */
  async bundle(checkId: string): Promise<string> {
    return formatBundle(await this.assemble(checkId, false));
  }

  /** @param disclose whether it opens what the province's entries commit to, as far as the salts are still kept */
  private async assemble(checkId: string, disclose: boolean): Promise<Bundle> {
    const { checks, receipts } = this.deps;
    const check = await checks.find(checkId);
    if (!check) {
      throw new RegistryError('NOT_FOUND', 'checkId', 'names no check of this node', 'see the list');
    }
    const { signed, directory } = await this.directoryOf(check.epoch);
    // It was verified when it was asked, by the keys that were good then; whoever reads the bundle judges them anew.
    const verifier = createStatementVerifier(directory, () => true, nodeLogCrypto.ed25519);
    const { questionJws, resultJws, answers } = check.evidence;
    const question = questionSchema.parse(await verifier.verify(questionJws, { province: check.asker }));
    const unbelieved = new Set(
      check.coverage.filter(({ answerDigest }) => answerDigest === null).map(({ province }) => province),
    );
    const decisions = (await this.deps.decisions.ofCheck(checkId)).filter(({ inForce }) => inForce);
    const proofs = (await receipts.ofCheck(checkId)).flatMap(({ receipt, state }) =>
      receipt === null || state === 'INVALID' ? [] : [receipt],
    );
    const all = [...proofs, ...(await this.decided(decisions, question))];
    return assembleBundle(nodeLogCrypto, directory, question, {
      directory: signed,
      question: questionJws,
      answers: answers
        .filter(({ province }) => !unbelieved.has(province))
        .map(({ province, answerJws }) => ({ province, answer: answerJws })),
      result: resultJws,
      receipts: all,
      openings: disclose ? await this.openings(check, decisions, all) : [],
    });
  }

  private async directoryOf(epoch: number): Promise<{ signed: SignedDirectory; directory: Directory }> {
    const signed = await this.deps.directories.find(epoch);
    if (!signed) {
      throw new RegistryError(
        'WRONG_STATE',
        'checkId',
        `is of directory epoch ${epoch}, which this node was never run with since it keeps them`,
        "verify the entries of the check in the members' logs",
      );
    }
    try {
      return { signed, directory: await verifyDirectory(signed, this.deps.trust, nodeLogCrypto.ed25519) };
    } catch (cause) {
      if (!(cause instanceof FederationLogError)) throw cause;
      const problem = `is of directory epoch ${epoch}, which the founders of today's trust file did not sign`;
      throw new RegistryError(
        'WRONG_STATE',
        'checkId',
        problem,
        'verify it with the trust file of its time',
        { cause },
      );
    }
  }

  /**
   * Of the picture that was checked, of the reasons of the decisions on it, and of that for which its application was refused or its
   * registration revoked: as far as the salts are kept, and these receipts prove the entries that commit to them.
   */
  private async openings(
    { checkId, picture, registrationId }: Check,
    decisions: readonly CheckDecision[],
    receipts: readonly string[],
  ): Promise<Opening[]> {
    const { salts, registry, digest } = this.deps;
    const registration = registrationId === null ? undefined : await registry.find(registrationId);
    const values: readonly (Omit<Opening, 'salt'> & { readonly about: string })[] = [
      { about: checkId, of: 'picture', value: picture.digest },
      ...decisions
        .slice(-MOST_DECISIONS)
        .map(({ decisionId, reason }) => ({ about: decisionId, of: 'reason', value: reason }) as const),
      ...(registration
        ? [{ about: registration.registrationId, of: 'reason', value: registration.reason } as const]
        : []),
    ];
    const proven = receipts.map((receipt) => Buffer.from(parseReceipt(receipt).extra ?? []).toString());
    const openings: Opening[] = [];
    for (const { about, of, value } of values) {
      const salt = await salts.find(about, of);
      if (salt === null) continue;
      const commitment = commitTo(digest, { of, salt, value });
      if (proven.some((entry) => entry.includes(commitment))) openings.push({ of, salt, value });
    }
    return openings;
  }

  /** What was decided on the check and became of its application, as far as it is witnessed. */
  private async decided(
    decisions: readonly CheckDecision[],
    { checkId, excluding }: Pick<Question, 'checkId' | 'excluding'>,
  ): Promise<string[]> {
    const acts =
      excluding === undefined ? [] : ACTS.map((type) => ({ checkId: excluding, type, digest: '' }));
    const wanted = [
      ...decisions
        .slice(-MOST_DECISIONS)
        .map(({ decisionId }) => ({ checkId, type: 'decision.made', digest: decisionId })),
      ...acts,
    ];
    if (wanted.length === 0) return [];
    const given = await this.deps.ownLog.receipts(wanted, WITNESS_MS);
    return given.flatMap((one) => (one.kind === 'receipt' && one.witnessed ? [one.text] : []));
  }
}
