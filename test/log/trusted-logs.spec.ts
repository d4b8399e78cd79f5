import {
  generateSigningKey,
  publicKeyOf,
  trustedLogs,
  type Directory,
  type KeyUse,
  type PartyKey,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';

const PROVINCES = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'];

async function endpoint(party: string, compromised: boolean) {
  const key = async (use: KeyUse): Promise<PartyKey> => ({
    ...publicKeyOf(await generateSigningKey()),
    use,
    ...(compromised && use === 'witness' ? { revoked: [] } : {}),
  });
  return {
    address: '127.0.0.1:1',
    tlsName: `${party}.weft`,
    keys: [await key('statement'), await key('log'), await key('witness')],
  };
}

async function directoryWhere(compromised: readonly string[]): Promise<Directory> {
  return {
    kind: 'weft.directory.v1',
    epoch: 1,
    issuedAt: '2026-11-01T00:00:00.000Z',
    members: await Promise.all(
      PROVINCES.map(async (province) => ({
        province,
        ...(await endpoint(province, compromised.includes(province))),
      })),
    ),
    coordinator: await endpoint('coordinator', false),
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

async function witnessesAndQuorum(compromised: readonly string[], origin: string) {
  const log = trustedLogs(await directoryWhere(compromised), nodeLogCrypto).get(origin);
  return [log?.witnesses.length, log?.quorum];
}

describe('the quorum of a log', () => {
  it("is two of three others for a province's log, and three of four for the coordinator's", async () => {
    expect(await witnessesAndQuorum([], 'weft/zhejiang')).toEqual([3, 2]);
    expect(await witnessesAndQuorum([], 'weft/coordinator')).toEqual([4, 3]);
  });

  it('does not sink when keys of witnesses are revoked: fewer are left to reach the same number', async () => {
    expect(await witnessesAndQuorum(['jiangsu', 'guangdong'], 'weft/zhejiang')).toEqual([1, 2]);
    expect(await witnessesAndQuorum(['jiangsu', 'guangdong'], 'weft/coordinator')).toEqual([2, 3]);
  });
});
