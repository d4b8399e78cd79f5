import { readFile } from 'node:fs/promises';
import { assembleBundle, formatBundle, type Bundle } from '#libs/audit';
import { signedDirectorySchema, type Directory } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import type { ReceiptDesk } from '#libs/log-service';
import {
  questionSchema,
  RegistryError,
  recordingRefusal,
  type Actor,
  type AuditLog,
  type Check,
  type CheckStore,
  type Clock,
  type DecisionStore,
  type Digest,
  type Opening,
  type ReceiptStore,
  type RegistryReader,
  type SaltStore,
  type StatementVerifier,
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
  readonly verifier: StatementVerifier;
  readonly directory: Directory;
  /** Holds the directory as the founders signed it. */
  readonly directoryFile: string;
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
   * @throws RegistryError NOT_FOUND for a check that is not here; WRONG_STATE if its directory is no longer in force
   */
  async bundle(checkId: string): Promise<string> {
    return formatBundle(await this.assemble(checkId, false));
  }

  /** @param disclose whether it opens what the province's entries commit to, as far as the salts are still kept */
  private async assemble(checkId: string, disclose: boolean): Promise<Bundle> {
    const { checks, receipts, verifier, directory, directoryFile } = this.deps;
    const check = await checks.find(checkId);
    if (!check) {
      throw new RegistryError('NOT_FOUND', 'checkId', 'names no check of this node', 'see the list');
    }
    if (check.epoch !== directory.epoch) {
      throw new RegistryError(
        'WRONG_STATE',
        'checkId',
        `is of directory epoch ${check.epoch}, and this node has epoch ${directory.epoch}`,
        'export evidence while the directory of its check is in force',
      );
    }
    const { questionJws, resultJws, answers } = check.evidence;
    const question = questionSchema.parse(await verifier.verify(questionJws, { province: check.asker }));
    const unbelieved = new Set(
      check.coverage.filter(({ answerDigest }) => answerDigest === null).map(({ province }) => province),
    );
    const proofs = (await receipts.ofCheck(checkId)).flatMap(({ receipt, state }) =>
      receipt === null || state === 'INVALID' ? [] : [receipt],
    );
    return assembleBundle(nodeLogCrypto, directory, question, {
      directory: signedDirectorySchema.parse(JSON.parse(await readFile(directoryFile, 'utf8'))),
      question: questionJws,
      answers: answers
        .filter(({ province }) => !unbelieved.has(province))
        .map(({ province, answerJws }) => ({ province, answer: answerJws })),
      result: resultJws,
      receipts: [...proofs, ...(await this.decided(checkId, question.excluding))],
      openings: disclose ? await this.openings(check) : [],
    });
  }

  /** Of the picture that was checked, and of the reason for which its application was refused or its registration revoked. */
  private async openings({ checkId, picture, registrationId }: Check): Promise<Opening[]> {
    const { salts, registry } = this.deps;
    const ofPicture = await salts.find(checkId, 'picture');
    const ofReason = registrationId === null ? null : await salts.find(registrationId, 'reason');
    const reason = registrationId === null ? undefined : (await registry.find(registrationId))?.reason;
    return [
      ...(ofPicture === null ? [] : [{ of: 'picture' as const, salt: ofPicture, value: picture.digest }]),
      ...(ofReason === null || !reason ? [] : [{ of: 'reason' as const, salt: ofReason, value: reason }]),
    ];
  }

  /** What was decided on the check and became of its application, as far as it is witnessed. */
  private async decided(checkId: string, registrationId: string | undefined): Promise<string[]> {
    const decisions = (await this.deps.decisions.ofCheck(checkId)).filter(({ inForce }) => inForce);
    const acts =
      registrationId === undefined ? [] : ACTS.map((type) => ({ checkId: registrationId, type, digest: '' }));
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
