import { readFile } from 'node:fs/promises';
import { assembleBundle, formatBundle } from '#libs/audit';
import { signedDirectorySchema, type Directory } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import type { ReceiptDesk } from '#libs/log-service';
import {
  questionSchema,
  RegistryError,
  type CheckStore,
  type ReceiptStore,
  type StatementVerifier,
} from '#libs/registry';

/** Entries of the application under check that belong to the evidence: what was decided on it. */
const DECISIONS = ['registry.examined', 'registry.registered', 'registry.refused', 'registry.revoked'];

/** What the evidence of a check is put together from. */
export interface EvidenceDeskDeps {
  readonly checks: Pick<CheckStore, 'find'>;
  readonly receipts: Pick<ReceiptStore, 'ofCheck'>;
  /** Of the node's own log. */
  readonly ownLog: Pick<ReceiptDesk, 'receipts'>;
  readonly verifier: StatementVerifier;
  readonly directory: Directory;
  /** Holds the directory as the founders signed it. */
  readonly directoryFile: string;
}

/** Gives the evidence of this node's checks to whoever is to judge them without this node. */
export class EvidenceDesk {
  constructor(private readonly deps: EvidenceDeskDeps) {}

  /**
   * The bundle of a check in its canonical bytes, with the receipts that are there by now.
   * @throws RegistryError NOT_FOUND for a check that is not here; WRONG_STATE if its directory is no longer in force
   */
  async bundle(checkId: string): Promise<string> {
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
    const bundle = await assembleBundle(nodeLogCrypto, directory, question, {
      directory: signedDirectorySchema.parse(JSON.parse(await readFile(directoryFile, 'utf8'))),
      question: questionJws,
      answers: answers
        .filter(({ province }) => !unbelieved.has(province))
        .map(({ province, answerJws }) => ({ province, answer: answerJws })),
      result: resultJws,
      receipts: [...proofs, ...(await this.decisions(question.excluding))],
    });
    return formatBundle(bundle);
  }

  private async decisions(registrationId: string | undefined): Promise<string[]> {
    if (registrationId === undefined) return [];
    const wanted = DECISIONS.map((type) => ({ checkId: registrationId, type, digest: '' }));
    const given = await this.deps.ownLog.receipts(wanted, 0);
    return given.flatMap((one) => (one.kind === 'receipt' ? [one.text] : []));
  }
}
