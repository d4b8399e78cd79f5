import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { signCheckpoint, verifyCosignatures } from './checkpoint.js';
import { Frontier } from './frontier.js';
import { createTreeHasher } from './hashing.js';
import { formatSignatureLine, parseNote, type NoteSigner, type NoteVerifier } from './note.js';
import {
  ED25519_COSIGNATURE,
  ED25519_NOTE,
  createCosigner,
  createLogSigner,
  createNoteVerifier,
  keyTypes,
} from './note-keys.js';
import { splitRange } from './nodes.js';
import { proveConsistency, proveInclusion, type NodeReader } from './proofs.js';
import { formatReceipt, parseReceipt, verifyReceipt } from './receipt.js';
import {
  decideAddCheckpoint,
  formatAddCheckpoint,
  parseAddCheckpoint,
  provesTwoHistories,
} from './witness.js';
import type { WitnessDecision, WitnessedHead } from './witness.js';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
const hasher = createTreeHasher(sha256);
const types = keyTypes({
  ed25519: (publicKey) => {
    const x = Buffer.from(publicKey).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return (message, signature) => verify(null, message, key, signature);
  },
});
const ORIGIN = 'weft/zhejiang';

function keyOf(name: string): {
  log: NoteSigner;
  logKey: NoteVerifier;
  cosigner: NoteSigner;
  cosignerKey: NoteVerifier;
} {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const by = (message: Uint8Array) => sign(null, message, privateKey);
  return {
    log: createLogSigner(sha256, name, raw, by),
    logKey: createNoteVerifier(sha256, types, { name, type: ED25519_NOTE, publicKey: raw }),
    cosigner: createCosigner(sha256, name, raw, by, () => 1_793_520_000),
    cosignerKey: createNoteVerifier(sha256, types, { name, type: ED25519_COSIGNATURE, publicKey: raw }),
  };
}

const log = keyOf(ORIGIN);
const stranger = keyOf(ORIGIN);
const witness = keyOf('weft/shandong/witness');

/** A history of entries; `word` makes another one. */
const entry = (word: string, index: number) => Buffer.from(`${word} ${index}`);
const treeOf = (word: string, from: number, to: number) => {
  const tree = Frontier.empty(hasher);
  for (let index = from; index < to; index += 1) tree.append(hasher.leaf(entry(word, index)));
  return tree;
};
const rootOf = (word: string, size: number) => treeOf(word, 0, size).root();
const reader =
  (word: string): NodeReader =>
  (nodes) =>
    Promise.resolve(
      nodes.map(({ level, index }) => treeOf(word, index * 2 ** level, (index + 1) * 2 ** level).root()),
    );
const signed = (size: number, word = 'a', signer = log.log) =>
  signCheckpoint({ origin: ORIGIN, size, root: rootOf(word, size) }, signer);
const headAt = async (size: number): Promise<WitnessedHead> => ({
  size,
  root: rootOf('a', size),
  note: await signed(size),
});

async function ask(
  stored: WitnessedHead | null,
  request: { oldSize: number; proof?: readonly Uint8Array[]; note: string },
  keys: readonly NoteVerifier[] | null = [log.logKey],
): Promise<WitnessDecision> {
  const { oldSize, note } = request;
  const size = parseAddCheckpoint(formatAddCheckpoint({ oldSize, proof: [], note })).checkpoint.size;
  const proof =
    request.proof ?? (oldSize <= size ? await proveConsistency(hasher, oldSize, size, reader('a')) : []);
  return decideAddCheckpoint(
    hasher,
    parseAddCheckpoint(formatAddCheckpoint({ oldSize, proof, note })),
    keys,
    stored,
  );
}

describe('a witness', () => {
  it('cosigns any growth of the history that it knows', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.nat(60), async (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const stored = from === 0 ? null : await headAt(from);
        const note = await signed(to);
        expect(await ask(stored, { oldSize: from, note })).toMatchObject({
          status: 200,
          head: { size: to, root: rootOf('a', to), note },
        });
      }),
      { numRuns: 60 },
    );
  });

  it('gives a cosignature that verifies over the checkpoint', async () => {
    const decision = await ask(null, { oldSize: 0, note: await signed(5) });
    if (decision.status !== 200) throw new Error(decision.reason);
    const signature = await witness.cosigner.sign(Buffer.from(decision.checkpoint.note.text));
    const line = formatSignatureLine({ ...witness.cosigner, signature });
    const cosigned = parseNote(decision.head.note + line);
    expect(verifyCosignatures(cosigned, [witness.cosignerKey])).toMatchObject([{ timestamp: 1_793_520_000 }]);
  });

  it('answers 404 for a log that it does not know, whatever is wrong besides', async () => {
    const note = await signed(3, 'a', stranger.log);
    expect(await ask(null, { oldSize: 9, note }, null)).toMatchObject({ status: 404, equivocation: null });
  });

  it('answers 403 when no known key of the log signed', async () => {
    const stored = await headAt(3);
    expect(await ask(stored, { oldSize: 3, note: await signed(5, 'b', stranger.log) })).toMatchObject({
      status: 403,
      equivocation: null,
    });
    const forged = (await signed(5)).replace('\n5\n', '\n6\n');
    expect(await ask(stored, { oldSize: 3, note: forged })).toMatchObject({ status: 403 });
  });

  it('answers 400 when the old size is over the new', async () => {
    expect(await ask(await headAt(9), { oldSize: 9, note: await signed(5) })).toMatchObject({
      status: 400,
      reason: expect.stringContaining('old: 9'),
    });
  });

  it('answers 409 with its own size when asked from another', async () => {
    for (const oldSize of [0, 2, 4])
      expect(await ask(await headAt(3), { oldSize, note: await signed(5) })).toEqual({
        status: 409,
        size: 3,
        reason: expect.stringContaining('3'),
        equivocation: null,
      });
    expect(await ask(null, { oldSize: 2, note: await signed(5) })).toMatchObject({ status: 409, size: 0 });
  });

  it('answers 422 to a proof that fails, and keeps both checkpoints', async () => {
    const stored = await headAt(3);
    for (const [note, proof] of [
      [await signed(5, 'b'), await proveConsistency(hasher, 3, 5, reader('b'))],
      [await signed(5), []],
      [await signed(3), [hasher.emptyRoot]],
    ] as const) {
      const decision = await ask(stored, { oldSize: 3, note, proof });
      expect(decision).toMatchObject({
        status: 422,
        reason: expect.stringMatching(/^proof: /),
        equivocation: {
          kind: 'weft.equivocation.v1',
          reason: 'NO_PROOF',
          origin: ORIGIN,
          cosigned: stored.note,
          refused: note,
          proof: proof.map((hash) => Buffer.from(hash).toString('base64')),
        },
      });
    }
    expect(await ask(null, { oldSize: 0, note: await signed(2), proof: [hasher.emptyRoot] })).toMatchObject({
      status: 422,
      equivocation: null,
    });
  });

  it('answers 409 to a second root at one size, and keeps the proof of two histories', async () => {
    const stored = await headAt(5);
    for (const oldSize of [5, 3]) {
      const decision = await ask(stored, { oldSize, note: await signed(5, 'b'), proof: [] });
      const reason = 'another root is cosigned at 5';
      expect(decision).toMatchObject({ status: 409, size: 5, reason, equivocation: { reason: 'TWO_ROOTS' } });
      if (decision.status === 200 || !decision.equivocation) throw new Error('a proof is needed');
      expect(provesTwoHistories(decision.equivocation, [log.logKey])).toBe(true);
      const { equivocation } = decision;
      expect(() => provesTwoHistories(equivocation, [stranger.logKey])).toThrow(/no known key/);
      expect(provesTwoHistories({ ...equivocation, refused: equivocation.cosigned }, [log.logKey])).toBe(
        false,
      );
      const later = await signed(6);
      expect(provesTwoHistories({ ...equivocation, refused: later }, [log.logKey])).toBe(false);
    }
    const empty = { origin: ORIGIN, size: 0, root: rootOf('b', 1) };
    const note = await signCheckpoint(empty, log.log);
    expect(await ask(null, { oldSize: 0, note })).toMatchObject({ status: 409, size: 0, equivocation: null });
  });

  it('accuses nobody of what its own machine does wrong', async () => {
    const fault = () => {
      throw new RangeError('out of memory');
    };
    const request = parseAddCheckpoint(
      formatAddCheckpoint({
        oldSize: 3,
        proof: Array.from({ length: 4 }, () => hasher.emptyRoot),
        note: await signed(5),
      }),
    );
    const stored = await headAt(3);
    const decide = (own: typeof hasher, key: NoteVerifier) =>
      decideAddCheckpoint(own, request, [key], stored);
    expect(() => decide(hasher, { ...log.logKey, verify: fault })).toThrow('out of memory');
    expect(() => decide({ ...hasher, node: fault }, log.logKey)).toThrow('out of memory');
  });

  it('never cosigns two histories, in whatever order they come', async () => {
    const requests = fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.nat(12), fc.nat(12)), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(requests, async (list) => {
        let stored: WitnessedHead | null = null;
        for (const [word, oldSize, size] of list) {
          const proof = oldSize <= size ? await proveConsistency(hasher, oldSize, size, reader(word)) : [];
          const decision: WitnessDecision = await ask(stored, {
            oldSize,
            proof,
            note: await signed(size, word),
          });
          if (decision.status !== 200) continue;
          const before: WitnessedHead | null = stored;
          stored = decision.head;
          if (before !== null && before.size > 0) {
            const same = ['a', 'b'].filter((one) =>
              Buffer.from(rootOf(one, before.size)).equals(before.root),
            );
            expect(same).toContain(word);
            expect(stored.size).toBeGreaterThanOrEqual(before.size);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it.each([
    ['', /old/],
    ['old 3\n', /old/],
    ['old 03\n\n', /old/],
    ['old -1\n\n', /old/],
    ['new 3\n\n', /old/],
    ['old 3\nAAAA\n\n', /32 bytes/],
    ['old 3\n****\n\n', /a proof line is not base64/],
    [`old 3\n${`${'A'.repeat(43)}=\n`.repeat(64)}\n`, /at most 63/],
    ['old 3\n\n', /note/],
    [`old 3\n${'A'.repeat(43)}=\n\nweft/zhejiang\n`, /note/],
    ['old 3\n\nweft/zhejiang\nx\nAAAA\n\n— a AAAAAAA=\n', /size/],
  ])('takes no request of another form: %#', (body, words) => {
    expect(() => parseAddCheckpoint(body)).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringMatching(words) }),
    );
  });

  it('bounds what it reads', async () => {
    const note = await signed(3);
    const asked = (lines: number) => `old 1\n${`${'A'.repeat(43)}=\n`.repeat(lines)}\n${note}`;
    expect(parseAddCheckpoint(asked(63))).toMatchObject({ oldSize: 1, note, checkpoint: { size: 3 } });
    expect(parseAddCheckpoint(asked(63)).proof).toHaveLength(63);
    expect(() => parseAddCheckpoint(asked(64))).toThrow(/at most 63/);
    expect(() => parseAddCheckpoint('a'.repeat(134_100))).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }),
    );
  });
});

describe('a receipt', () => {
  let text: string;
  const leaf = hasher.leaf(entry('a', 4));
  const trust = { origin: ORIGIN, logKeys: [log.logKey], witnesses: [witness.cosignerKey] };
  beforeAll(async () => {
    const note = await signed(11);
    const signature = await witness.cosigner.sign(Buffer.from(parseNote(note).text));
    const checkpoint = note + formatSignatureLine({ ...witness.cosigner, signature });
    const proof = await proveInclusion(hasher, 4, 11, reader('a'));
    text = formatReceipt({ index: 4, proof, checkpoint, extra: entry('a', 4) });
  });

  it('proves that the log holds the entry, and names the witnesses', () => {
    const receipt = parseReceipt(text);
    expect(formatReceipt(receipt)).toBe(text);
    expect(receipt.extra && Buffer.from(receipt.extra).toString()).toBe('a 4');
    const verified = verifyReceipt(hasher, receipt, leaf, trust);
    expect(verified).toMatchObject({ index: 4, checkpoint: { size: 11, origin: ORIGIN } });
    expect(verified.cosignatures.map(({ verifier }) => verifier.name)).toEqual(['weft/shandong/witness']);
    expect(parseReceipt(formatReceipt({ ...receipt, extra: null })).extra).toBeNull();
    expect(splitRange(0, 11)).toHaveLength(3);
  });

  it('proves nothing of another entry, place, log or tree', () => {
    const receipt = parseReceipt(text);
    const refusal = (code: string) => expect.objectContaining({ name: 'FederationLogError', code });
    expect(() => verifyReceipt(hasher, receipt, hasher.leaf(entry('a', 5)), trust)).toThrow(
      refusal('PROOF_FAILS'),
    );
    expect(() => verifyReceipt(hasher, { ...receipt, index: 5 }, leaf, trust)).toThrow(
      refusal('PROOF_FAILS'),
    );
    expect(() => verifyReceipt(hasher, { ...receipt, index: 11 }, leaf, trust)).toThrow(
      refusal('OUT_OF_RANGE'),
    );
    expect(() => verifyReceipt(hasher, receipt, leaf, { ...trust, origin: 'weft/jiangsu' })).toThrow(
      refusal('MALFORMED'),
    );
    expect(() => verifyReceipt(hasher, receipt, leaf, { ...trust, logKeys: [stranger.logKey] })).toThrow(
      refusal('UNKNOWN_KEY'),
    );
    const another = { ...receipt, checkpoint: receipt.checkpoint.replace('\n11\n', '\n12\n') };
    expect(() => verifyReceipt(hasher, another, leaf, trust)).toThrow(refusal('BAD_SIGNATURE'));
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['first line', (whole) => whole.replace('@v1', '@v2'), /start with/],
    ['index', (whole) => whole.replace('index 4', 'index 04'), /index/],
    ['hash', (whole) => whole.replace('index 4\n', 'index 4\nAAAA\n'), /32 bytes/],
    [
      'hash not base64',
      (whole) => whole.replace('index 4\n', 'index 4\n!\n'),
      /a hash of the proof is not base64/,
    ],
    ['extra not base64', (whole) => whole.replace('extra ', 'extra *'), /receipt: extra is not base64/],
    [
      'too many hashes',
      (whole) => whole.replace('index 4\n', `index 4\n${'AAAA\n'.repeat(60)}`),
      /at most 53/,
    ],
    ['no end', (whole) => whole.slice(0, 60), /start with|index/],
  ])('has no other form: %s', (_name, change, words) => {
    expect(() => parseReceipt(change(text))).toThrow(
      expect.objectContaining({ code: 'MALFORMED', message: expect.stringMatching(words) }),
    );
  });

  it('is bounded', () => {
    const hashes = (count: number) =>
      text.replace('index 4\n', `index 4\n${`${'A'.repeat(43)}=\n`.repeat(count)}`);
    expect(parseReceipt(text).proof).toHaveLength(4);
    expect(parseReceipt(hashes(49)).proof).toHaveLength(53);
    expect(() => parseReceipt(hashes(50))).toThrow(/at most 53/);
    expect(parseReceipt(text.padEnd(262_144, 'a')).index).toBe(4);
    expect(() => parseReceipt('a'.repeat(262_145))).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
  });
});
