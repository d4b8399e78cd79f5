import { beforeAll, describe, expect, it } from '@jest/globals';
import { openPolicy, policyOfDirectory, type AuditError, type Policy } from '#libs/audit';
import {
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  formatVerifierKey,
  type Directory,
  type PartyKey,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { AuditedFederation, PROVINCES } from './federation.js';

const { sha256 } = nodeLogCrypto;
const REMEDY = 'make the policy again with "weft audit policy"';

let federation: AuditedFederation;
beforeAll(async () => {
  federation = await AuditedFederation.create();
});

const vkeyOf = (party: string, name: string, type: number) =>
  formatVerifierKey(sha256, {
    name,
    type,
    publicKey: Buffer.from(federation.key(party, type === ED25519_NOTE ? 'log' : 'witness').x, 'base64url'),
  });
const witnessOf = (party: string, name = `weft/${party}/witness`) => vkeyOf(party, name, ED25519_COSIGNATURE);

/** Why a policy is refused: field, problem and remedy; null if it is not. */
function refusal(change: (policy: Policy) => void): [string, string, string] | null {
  const policy = structuredClone(federation.policyFile);
  change(policy);
  try {
    openPolicy(nodeLogCrypto, policy);
    return null;
  } catch (error) {
    const { field, problem, remedy } = error as AuditError;
    return [field, problem, remedy];
  }
}
const logOf = (policy: Policy, origin = 'weft/zhejiang') => {
  const log = policy.logs.find((one) => one.origin === origin);
  if (!log) throw new Error('the log is needed');
  return log;
};

describe('a policy', () => {
  it('names the part that is wrong, what is wrong with it, and what to do', () => {
    expect(refusal(() => undefined)).toBeNull();
    const where = 'policy.logs weft/zhejiang';
    expect(refusal((policy) => policy.logs.push(logOf(policy)))).toEqual([
      'policy.logs',
      'has a log twice',
      REMEDY,
    ]);
    expect(refusal((policy) => (logOf(policy).quorum = 1.5))?.[0]).toBe('policy.logs.0.quorum');
    expect(refusal((policy) => (logOf(policy).keys[0] = { vkey: 'weft/zhejiang+0' }))).toEqual([
      where,
      'vkey: is not name+id+key',
      REMEDY,
    ]);
    const wrongId = 'log.example/a+00000000+AQAA';
    expect(refusal((policy) => (logOf(policy).keys[0] = { vkey: wrongId }))?.[1]).toBe(
      'vkey: 00000000 is not the id of the key of log.example/a',
    );
    expect(refusal((policy) => logOf(policy).witnesses.push({ vkey: witnessOf('zhejiang') }))).toEqual([
      where,
      'is witnessed by its own party',
      REMEDY,
    ]);
    expect(
      refusal((policy) =>
        logOf(policy).witnesses.push({ vkey: witnessOf('jiangsu', 'weft/another/witness') }),
      ),
    ).toEqual([where, 'has one witness key twice', REMEDY]);
    expect(refusal((policy) => (logOf(policy).quorum = 4))).toEqual([
      where,
      'has fewer witnesses than its quorum of 4',
      REMEDY,
    ]);
    expect(() => openPolicy(nodeLogCrypto, null)).toThrow(/^policy: .*; make the policy again/);
    expect(() => openPolicy(nodeLogCrypto, { ...federation.policyFile, more: 1 })).toThrow(/^policy/);
  });

  it('counts a witness with two keys once', () => {
    const twoKeys = (quorum: number) => (policy: Policy) => {
      const log = logOf(policy);
      log.witnesses = [
        { vkey: witnessOf('jiangsu') },
        { vkey: witnessOf('shandong', 'weft/jiangsu/witness') },
      ];
      log.quorum = quorum;
    };
    expect(refusal(twoKeys(1))).toBeNull();
    expect(refusal(twoKeys(2))?.[1]).toBe('has fewer witnesses than its quorum of 2');
  });

  it('takes logs and witnesses of others, and does not confuse them with a party of ours', () => {
    const foreign = (name: string) => (policy: Policy) =>
      policy.logs.push({
        origin: 'log.example/one',
        keys: [{ vkey: vkeyOf('zhejiang', 'log.example/one', ED25519_NOTE), revokedFrom: 7 }],
        witnesses: [{ vkey: witnessOf('jiangsu', name) }],
        quorum: 1,
      });
    expect(refusal(foreign('witness.example/w1'))).toBeNull();
    const file = structuredClone(federation.policyFile);
    foreign('witness.example/w1')(file);
    const log = openPolicy(nodeLogCrypto, file).logs.get('log.example/one');
    expect(log).toMatchObject({ origin: 'log.example/one', quorum: 1 });
    expect(log?.witnesses.map(({ name }) => name)).toEqual(['witness.example/w1']);
    expect(log?.revoked.map(({ key, from }) => [key.name, from])).toEqual([['log.example/one', 7]]);
    expect(log?.revoked[0]?.key).toBe(log?.logKeys[0]);
    expect(federation.policy.logs.get('weft/zhejiang')?.revoked).toEqual([]);
  });

  it('does not take a failure of the machine for a wrong key', () => {
    const broken = {
      ...nodeLogCrypto,
      sha256: () => {
        throw new RangeError('the processor is on fire');
      },
    };
    expect(() => openPolicy(broken, federation.policyFile)).toThrow(RangeError);
  });
});

describe('the policy of a directory', () => {
  const { trust } = { trust: { kind: 'weft.trust.v1' as const, threshold: 3, founders: [] } };
  const policyOf = (change: Partial<Directory>) =>
    policyOfDirectory(sha256, trust, { ...federation.directory, ...change });
  const keysWhere = (party: string, change: (key: PartyKey) => PartyKey | null) =>
    federation.directory.members.map((member) =>
      member.province === party
        ? { ...member, keys: member.keys.flatMap((key) => change(key) ?? []) }
        : member,
    );
  const use = (key: PartyKey) => ('use' in key ? key.use : undefined);

  it('is every log under its keys, with the others as witnesses', () => {
    const policy = policyOf({});
    expect(policy).toMatchObject({
      kind: 'weft-policy.v1',
      trust,
      directories: [{ epoch: 3, inForceFrom: '2026-11-01T00:00:00.000Z' }],
    });
    expect(logOf(policy)).toEqual({
      origin: 'weft/zhejiang',
      keys: [{ vkey: vkeyOf('zhejiang', 'weft/zhejiang', ED25519_NOTE) }],
      witnesses: ['shandong', 'jiangsu', 'guangdong'].map((one) => ({ vkey: witnessOf(one) })),
      quorum: 2,
    });
    expect(logOf(policy, 'weft/coordinator').witnesses).toEqual(
      PROVINCES.map((one) => ({ vkey: witnessOf(one) })),
    );
  });

  it('says from where on a revoked key signs nothing, and has no revoked witness', () => {
    const revoked = (key: PartyKey) => ({ ...key, revoked: [{ log: 'weft/shandong', from: 9 }] });
    const logKey = policyOf({
      members: keysWhere('shandong', (key) => (use(key) === 'log' ? revoked(key) : key)),
    });
    expect(logOf(logKey, 'weft/shandong').keys).toEqual([
      { vkey: vkeyOf('shandong', 'weft/shandong', ED25519_NOTE), revokedFrom: 9 },
    ]);
    const witness = policyOf({
      members: keysWhere('shandong', (key) => (use(key) === 'witness' ? revoked(key) : key)),
    });
    expect(logOf(witness).witnesses).toHaveLength(2);
    expect(logOf(witness).quorum).toBe(2);
  });

  it('counts members that can witness, and outside witnesses by their names', () => {
    const members = federation.directory.members.map((member) =>
      ['shandong', 'jiangsu'].includes(member.province)
        ? { ...member, keys: member.keys.filter((key) => use(key) !== 'witness') }
        : member,
    );
    const fewer = logOf(policyOf({ members }));
    expect([fewer.witnesses.length, fewer.quorum]).toEqual([1, 1]);
    const outside = (...names: string[]) =>
      names.map((name, at) => ({
        vkey: witnessOf(PROVINCES[at] ?? '', name),
        url: 'https://witness.example',
      }));
    const one = logOf(policyOf({ witnesses: outside('witness.example/a', 'witness.example/a') }));
    expect([one.witnesses.length, one.quorum]).toEqual([5, 3]);
    const two = logOf(policyOf({ witnesses: outside('witness.example/a', 'witness.example/b') }));
    expect([two.witnesses.length, two.quorum]).toEqual([5, 4]);
    expect(two.witnesses.at(-1)).toEqual({ vkey: witnessOf('shandong', 'witness.example/b') });
  });
});
