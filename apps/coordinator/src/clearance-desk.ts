import {
  AuditError,
  clearGrounds,
  openPolicy,
  policyOfDirectory,
  verifyBundle,
  type OpenPolicy,
} from '#libs/audit';
import type { Directory, LogCrypto, Trust } from '#libs/federation-log';
import {
  CLEAR_TOKEN_MS,
  RegistryError,
  type AuditLog,
  type ClearToken,
  type Clock,
  type Digest,
  type Random,
  type StatementSigner,
} from '#libs/registry';

/** Most bytes of a bundle that a token is minted from; one of four provinces has about 50 KB. */
const MAX_EVIDENCE_BYTES = 1_048_576;
const REMEDY =
  'complete the check, wait until it is witnessed, decide it where it found something, and ask again';

/** What minting works with. */
export interface ClearanceDeps {
  readonly crypto: LogCrypto;
  readonly trust: Trust;
  readonly directory: Directory;
  readonly signer: StatementSigner;
  readonly digest: Digest;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly random: Pick<Random, 'uuid'>;
}

/** Mints clear tokens; it keeps nothing of a check, and believes what an auditor would believe. */
export class ClearanceDesk {
  private opened: OpenPolicy | undefined;

  constructor(private readonly deps: ClearanceDeps) {}

  /**
   * A clear token from the evidence of a check; minted or refused, it is in the log before this returns.
   * @param evidence the bundle's bytes
   * @param peer the province that calls, which must have asked the check itself
   * @returns JWS
   * @throws RegistryError INVALID_INPUT; NO_CLEAR_TOKEN with the reason
   */
  async mint(evidence: Uint8Array, peer: string): Promise<string> {
    try {
      const token = await this.judge(evidence, peer);
      const tokenJws = await this.deps.signer.sign(token);
      await this.recordMinted(token, tokenJws);
      return tokenJws;
    } catch (error) {
      if (error instanceof RegistryError) await this.recordRefused(error, peer);
      throw error;
    }
  }

  private async judge(evidence: Uint8Array, peer: string): Promise<ClearToken> {
    const { crypto, clock, random, directory } = this.deps;
    if (evidence.length === 0 || evidence.length > MAX_EVIDENCE_BYTES) {
      const problem = `has ${evidence.length} bytes`;
      throw new RegistryError('INVALID_INPUT', 'evidence', problem, `send 1 to ${MAX_EVIDENCE_BYTES}`);
    }
    const { proven, findings } = await verifyBundle(crypto, this.policy(), evidence);
    const [first] = findings;
    if (!proven) throw refused(first ? `${first.fault} ${first.where}: ${first.detail}` : 'proves nothing');
    if (proven.question.asker !== peer) throw refused(`is of a check of ${proven.question.asker}`);
    if (proven.question.epoch !== directory.epoch)
      throw refused(
        `is of directory epoch ${proven.question.epoch}, and epoch ${directory.epoch} is in force`,
      );
    const now = clock.now();
    const grounds = clearGrounds(proven, now);
    if (typeof grounds === 'string') throw refused(grounds);
    return {
      kind: 'weft.clear-token.v1',
      tokenId: random.uuid(),
      ...grounds,
      issuedAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + CLEAR_TOKEN_MS).toISOString(),
    };
  }

  /** What an auditor would verify by under the directory in force. */
  private policy(): OpenPolicy {
    const { crypto, trust, directory } = this.deps;
    try {
      this.opened ??= openPolicy(crypto, policyOfDirectory(crypto.sha256, trust, directory));
    } catch (error) {
      if (error instanceof AuditError) throw refused(`cannot be verified: ${error.message}`);
      throw error;
    }
    return this.opened;
  }

  private recordMinted(token: ClearToken, tokenJws: string): Promise<void> {
    const { digest, log } = this.deps;
    const { checkId, province, registrationId, questionDigest, epoch, ground, issuedAt, expiresAt } = token;
    return log.append({
      type: 'clear-token.minted',
      outcome: 'success',
      actor: { kind: 'member', name: province },
      at: issuedAt,
      subject: checkId,
      details: {
        tokenDigest: digest(tokenJws),
        province,
        registrationId,
        questionDigest,
        epoch,
        ground,
        decisionId: token.decision?.decisionId ?? null,
        expiresAt,
      },
    });
  }

  private recordRefused(error: RegistryError, peer: string): Promise<void> {
    const { clock, log } = this.deps;
    return log.append({
      type: 'clear-token.refused',
      outcome: 'failure',
      actor: { kind: 'member', name: peer },
      at: clock.now().toISOString(),
      subject: null,
      details: { code: error.code, field: error.field },
    });
  }
}

function refused(problem: string): RegistryError {
  return new RegistryError('NO_CLEAR_TOKEN', 'evidence', problem, REMEDY);
}
