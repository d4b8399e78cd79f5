import { randomUUID } from 'node:crypto';
import {
  createStatementSigner,
  createStatementVerifier,
  generateSigningKey,
  publicKeyOf,
  type Directory,
  type SigningKey,
} from '#libs/federation-log';
import {
  type Check,
  type CheckStore,
  CLEAR_TOKEN_MS,
  type ClearToken,
  type ClearTokenDeps,
  type Clock,
  type DecisionStore,
  type Registry,
  TokenAges,
} from '#libs/registry';
import { fingerprinted } from './federation.js';
import { makeCheck } from '../contracts/checks.contract.js';

/** What a node holds clear tokens against, with the coordinator's real key at hand. */
export interface FakeClearance {
  readonly deps: Omit<ClearTokenDeps, 'clock' | 'digest'>;
  /** What only ever grows, in milliseconds. */
  readonly monotonic: { now: number };
  readonly ages: TokenAges;
  /** Keeps a check of this application's deposit copy. */
  checkOf(registrationId: string, change?: Partial<Check>): Promise<Check>;
  /** A clear token from a new check of this application, signed by the coordinator or another. */
  tokenFor(registrationId: string, change?: Partial<ClearToken>, signedBy?: SigningKey): Promise<string>;
}

/** Clear tokens that are really signed. */
export function createFakeClearance(
  registry: Registry,
  checks: CheckStore,
  decisions: Pick<DecisionStore, 'ofCheck'>,
  clock: Clock,
): FakeClearance {
  const monotonic = { now: 0 };
  const ages = new TokenAges(() => monotonic.now);
  const coordinator = generateSigningKey();
  const verifier = coordinator.then((key) => createStatementVerifier(directoryOf(key)));
  const checkOf: FakeClearance['checkOf'] = async (registrationId, change) => {
    const registration = await registry.find(registrationId);
    const pattern = registration && (await registry.findPattern(registration.patternId));
    const picture = { digest: pattern?.pictureDigest ?? '', width: 64, height: 64 };
    const check = makeCheck({ registrationId, picture, verdict: 'CLEAR', complete: true, ...change });
    await checks.save(check, 'examiner', fingerprinted([1, 0, 0, 0]));
    return check;
  };
  return {
    deps: {
      verifier: { verify: async (jws, signatory) => (await verifier).verify(jws, signatory) },
      directory: { epoch: 1 },
      checks,
      decisions,
      ages,
    },
    ...{ monotonic, ages },
    checkOf,
    async tokenFor(registrationId, change = {}, signedBy) {
      const { checkId } = change.checkId ? { checkId: change.checkId } : await checkOf(registrationId);
      const now = clock.now().getTime();
      const digest = `sha256:${'7'.repeat(64)}`;
      const token: ClearToken = {
        kind: 'weft.clear-token.v1',
        tokenId: randomUUID(),
        province: 'zhejiang',
        registrationId,
        checkId,
        questionDigest: digest,
        fingerprintDigest: digest,
        epoch: 1,
        ground: 'clear',
        decision: null,
        positions: [{ log: 'weft/zhejiang', index: 3 }],
        issuedAt: new Date(now).toISOString(),
        expiresAt: new Date(now + CLEAR_TOKEN_MS).toISOString(),
        ...change,
      };
      return (await createStatementSigner(signedBy ?? (await coordinator))).sign(token);
    },
  };
}

function directoryOf(coordinator: SigningKey): Directory {
  const endpoint = { address: 'localhost:1', tlsName: 'a.test', keys: [publicKeyOf(coordinator)] };
  return {
    kind: 'weft.directory.v1',
    epoch: 1,
    issuedAt: '2026-01-01T00:00:00.000Z',
    members: [{ province: 'zhejiang', ...endpoint }],
    coordinator: endpoint,
    calibration: {
      id: 'cal-test',
      modelDigest: `sha256:${'0'.repeat(64)}`,
      duplicateAt: 0.9,
      suspectedAt: 0.8,
      gallery: 1,
      background: [],
    },
  };
}
