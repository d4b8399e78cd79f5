import type { ReceiptDesk } from '#libs/log-service';
import {
  LETS_IN,
  RegistryError,
  decisionInForce,
  isWitnessed,
  type Check,
  type CheckStore,
  type ClearTokenIssuer,
  type Digest,
  type TokenAges,
  type Clock,
  type DecisionStore,
  type ReceiptStore,
} from '#libs/registry';
import type { EvidenceDesk } from '../evidence/evidence-desk.js';

/** Longest that the coordinator is waited for. */
const MINT_MS = 10_000;
/** How long a decision just made may take to be witnessed. */
const WITNESS_MS = 3_000;

/** What asking for a clear token works with. */
export interface ClearanceDeps {
  readonly checks: Pick<CheckStore, 'find'>;
  readonly receipts: Pick<ReceiptStore, 'ofCheck'>;
  readonly decisions: Pick<DecisionStore, 'ofCheck'>;
  readonly evidence: Pick<EvidenceDesk, 'bundle'>;
  /** Of the node's own log. */
  readonly ownLog: Pick<ReceiptDesk, 'receipts'>;
  readonly issuer: ClearTokenIssuer;
  readonly digest: Digest;
  /** Where each token is noted as it comes. */
  readonly ages: Pick<TokenAges, 'note'>;
  readonly clock: Clock;
}

/** Asks the coordinator for clear tokens from this node's checks. */
export class ClearanceDesk {
  constructor(private readonly deps: ClearanceDeps) {}

  /**
   * A clear token from a check of an application. What the coordinator would refuse is said here, in the examiner's terms.
   * @returns JWS, for the act of registering
   * @throws RegistryError NOT_FOUND; NO_CLEAR_TOKEN with what is missing; FEDERATION_UNAVAILABLE
   */
  async clearToken(checkId: string): Promise<string> {
    const { checks, evidence, issuer, clock, digest, ages } = this.deps;
    const check = await checks.find(checkId);
    if (!check)
      throw new RegistryError('NOT_FOUND', 'checkId', 'names no check of this node', 'see the list');
    await this.assertMintable(check);
    const bundle = Buffer.from(await evidence.bundle(checkId));
    const token = await issuer.mintClearToken(bundle, new Date(clock.now().getTime() + MINT_MS));
    ages.note(digest(token));
    return token;
  }

  private async assertMintable(check: Check): Promise<void> {
    const { checkId, registrationId, complete, coverage, verdict } = check;
    if (registrationId === null)
      throw refused(
        'is of a picture alone',
        'check the application: give its registrationId with the picture',
      );
    if (!complete) {
      const missing = coverage.filter(({ outcome }) => outcome !== 'ANSWERED');
      const who = missing.map(({ province, outcome }) => `${province} ${outcome}`).join(', ');
      throw refused(
        `is not complete (${who || 'the coordinator did not agree'})`,
        'check the application again',
      );
    }
    const decisions = await this.deps.decisions.ofCheck(checkId);
    const inForce = decisionInForce(decisions);
    if (decisions.length > 0 && !inForce)
      throw refused('has a decision that waits for a second examiner', 'have it confirmed');
    if (inForce && !LETS_IN.includes(inForce.kind))
      throw refused(
        `was decided "${inForce.kind}"`,
        'refuse the application, or decide anew with your reason',
      );
    if (!inForce && verdict !== 'CLEAR')
      throw refused(`says ${verdict} and is not decided`, 'look at the candidates and decide');
    await this.assertWitnessed(checkId, inForce?.decisionId);
  }

  private async assertWitnessed(checkId: string, decisionId: string | undefined): Promise<void> {
    const { receipts, ownLog } = this.deps;
    const remedy = 'wait some seconds and ask again; if it stays, see the state of the log';
    if (!isWitnessed(await receipts.ofCheck(checkId)))
      throw refused('is not witnessed by enough provinces yet', remedy);
    if (decisionId === undefined) return;
    const wanted = [{ checkId, type: 'decision.made', digest: decisionId }];
    const [proof] = await ownLog.receipts(wanted, WITNESS_MS);
    if (proof?.kind !== 'receipt' || !proof.witnessed)
      throw refused('has a decision that is not witnessed by enough provinces yet', remedy);
  }
}

function refused(problem: string, remedy: string): RegistryError {
  return new RegistryError('NO_CLEAR_TOKEN', 'checkId', problem, remedy);
}
