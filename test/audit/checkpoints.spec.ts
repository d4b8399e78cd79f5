import { beforeAll, describe, expect, it } from '@jest/globals';
import { openPolicy, verifyLog, type OpenPolicy } from '#libs/audit';
import { parseNote } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { AuditedFederation, filesOf, record } from './federation.js';

let federation: AuditedFederation;
let other: AuditedFederation;
beforeAll(async () => {
  federation = await AuditedFederation.create();
  other = await AuditedFederation.create();
});

const ORIGIN = 'weft/zhejiang';
const entries = (count: number) =>
  Array.from({ length: count }, (_, at) => record('zhejiang', 'person.added', `p${at}`, {}));

/** Under a checkpoint with these signature lines: what is found wrong, and what is proved. */
async function audit(
  lines: (own: readonly string[], foreign: readonly string[]) => readonly string[],
  {
    cosigners,
    policy = federation.policy,
    size = 2,
  }: { cosigners?: string[]; policy?: OpenPolicy; size?: number } = {},
) {
  const files = await federation.log('zhejiang', entries(size), cosigners);
  const linesOf = (note: string) =>
    note
      .slice(parseNote(note).text.length + 1)
      .trimEnd()
      .split('\n');
  const note = Buffer.from(files.get('checkpoint') ?? '').toString();
  const strange = Buffer.from(
    (await other.log('zhejiang', entries(size))).get('checkpoint') ?? '',
  ).toString();
  const signed = lines(linesOf(note), linesOf(strange));
  files.set(
    'checkpoint',
    Buffer.from(`${parseNote(note).text}\n${signed.map((line) => `${line}\n`).join('')}`),
  );
  const report = await verifyLog(nodeLogCrypto, policy, filesOf(files), { known: [], everyFile: true });
  return {
    found: report.findings.map(({ fault, where, detail }) => [fault, where, detail]),
    proved: report.proved,
  };
}

describe("an auditor's reading of a checkpoint", () => {
  it('names who cosigned it, in what is proved and where they are too few', async () => {
    const { found, proved } = await audit((own) => own, { cosigners: ['shandong', 'jiangsu'] });
    expect(found).toEqual([]);
    expect(proved[1]?.en).toBe(
      'That checkpoint was cosigned by 2 witnesses: weft/shandong/witness, weft/jiangsu/witness.',
    );
    const few = (names: string) => [['BELOW_QUORUM', 'checkpoint', `cosigned by ${names}`]];
    expect((await audit((own) => own.slice(0, 2))).found).toEqual(
      few('1 of 2 needed witnesses (weft/shandong/witness)'),
    );
    expect((await audit((own) => own.slice(0, 1))).found).toEqual(few('0 of 2 needed witnesses (nobody)'));
    const twice = await audit((own) => [own[0] ?? '', own[1] ?? '', own[1] ?? '']);
    expect(twice.found).toEqual(few('1 of 2 needed witnesses (weft/shandong/witness)'));
  });

  it('that witnesses alone signed is nobody’s, and that a stranger signed names his key', async () => {
    expect((await audit((own) => own.slice(1))).found).toEqual([
      ['UNKNOWN_KEY', 'checkpoint', `no key of ${ORIGIN} signed the checkpoint`],
    ]);
    const keyOf = (line: string) => Buffer.from(line.split(' ')[2] ?? '', 'base64').toString('hex', 0, 4);
    let key = '';
    const foreign = await audit((own, [theirs = '']) => {
      key = keyOf(theirs);
      return [theirs, ...own.slice(1)];
    });
    expect(foreign.found).toEqual([
      ['UNKNOWN_KEY', 'checkpoint', `the policy does not know the key ${key} of ${ORIGIN}`],
    ]);
    // Beside good signatures it is refused too: nothing binds its bytes.
    const beside = await audit((own, [theirs = '']) => [...own, theirs]);
    expect(beside.found).toEqual(foreign.found);
  });

  it('writes the ids of unknown keys in full', async () => {
    const id = '00000a0b';
    const line = `— ${ORIGIN} ${Buffer.from(`${id}${'00'.repeat(64)}`, 'hex').toString('base64')}`;
    expect((await audit((own) => [...own, line])).found).toEqual([
      ['UNKNOWN_KEY', 'checkpoint', `the policy does not know the key ${id} of ${ORIGIN}`],
    ]);
  });

  it('of a log that the policy has not is not believed', async () => {
    const policy = openPolicy(nodeLogCrypto, {
      ...federation.policyFile,
      logs: federation.policyFile.logs.filter(({ origin }) => origin !== ORIGIN),
    });
    expect((await audit((own) => own, { policy })).found).toEqual([
      ['UNKNOWN_KEY', 'checkpoint', `the policy knows no log ${ORIGIN}`],
    ]);
  });

  it('refuses a revoked key from its position on, and no other key of the log', async () => {
    const [first] = other.policyFile.logs.filter(({ origin }) => origin === ORIGIN);
    const own = federation.policyFile.logs.find(({ origin }) => origin === ORIGIN);
    const policyWhere = (ownFrom: number | undefined, theirsFrom: number | undefined) =>
      openPolicy(nodeLogCrypto, {
        ...federation.policyFile,
        logs: [
          {
            ...own,
            keys: [
              { vkey: own?.keys[0]?.vkey ?? '', ...(ownFrom === undefined ? {} : { revokedFrom: ownFrom }) },
              {
                vkey: first?.keys[0]?.vkey ?? '',
                ...(theirsFrom === undefined ? {} : { revokedFrom: theirsFrom }),
              },
            ],
          },
        ],
      });
    const under = (policy: OpenPolicy) => audit((lines) => lines, { policy, size: 3 });
    expect((await under(policyWhere(undefined, 0))).found).toEqual([]);
    expect((await under(policyWhere(3, undefined))).found).toEqual([]);
    expect((await under(policyWhere(2, undefined))).found).toEqual([
      ['UNKNOWN_KEY', 'checkpoint', `the key of ${ORIGIN} is revoked for more than 2 entries`],
    ]);
  });

  it('does not take a failure of the machine for a fault of the log', async () => {
    const broken = {
      ...nodeLogCrypto,
      ed25519: () => () => {
        throw new RangeError('the processor is on fire');
      },
    };
    const policy = openPolicy(broken, federation.policyFile);
    await expect(audit((own) => own, { policy })).rejects.toThrow('on fire');
  });
});
