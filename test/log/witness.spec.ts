import {
  addCheckpoint,
  formatAddCheckpoint,
  isHashTile,
  nodesFromTiles,
  parseSignatureLine,
  parseNote,
  proveConsistency,
  provesTwoHistories,
  verifySignatures,
  type LogStore,
  type WitnessDeps,
  type WitnessReply,
  type WitnessStore,
} from '#libs/federation-log';
import { createFakeWitnessStore } from '../fakes/witness-store.js';
import { createParties, entriesOf, hasher, signedLog, type Parties, type SignedLog } from './parties.js';

const ZHEJIANG = 'weft/zhejiang';
let parties: Parties;
let log: SignedLog;
let store: WitnessStore;
let told: string[];

beforeAll(async () => {
  parties = await createParties();
});
beforeEach(async () => {
  log = await signedLog(parties);
  store = createFakeWitnessStore();
  told = [];
});

function witness(memory: WitnessStore = store): WitnessDeps {
  return {
    hasher,
    logs: parties.logs,
    store: memory,
    cosigner: parties.cosigner('shandong'),
    now: () => '2026-03-01T08:30:00.000Z',
    report: { forked: async ({ reason }) => void told.push(reason) },
  };
}

/** What a log sends of its head, with the proof from `oldSize`. */
async function bodyOf(of: LogStore, oldSize: number): Promise<string> {
  const head = await of.newest();
  if (!head) throw new Error('nothing is signed');
  const read = nodesFromTiles(hasher, head.size, (tile) => {
    if (!isHashTile(tile)) throw new Error('no tile of hashes');
    return of.tile(tile);
  });
  const proof = oldSize > head.size ? [] : await proveConsistency(hasher, oldSize, head.size, read);
  return formatAddCheckpoint({ oldSize, proof, note: head.note });
}

const send = async (oldSize: number, of = log.store): Promise<WitnessReply> =>
  addCheckpoint(witness(), await bodyOf(of, oldSize), ZHEJIANG);

describe('a witness', () => {
  it('cosigns what goes on from the last that it cosigned, by a key of its own', async () => {
    await log.grow(entriesOf(5));
    const first = await send(0);
    expect(first.status).toBe(200);
    const head = await log.store.newest();
    const line = parseSignatureLine(first.body.trimEnd());
    const note = { text: parseNote(head?.note ?? '').text, signatures: [line] };
    expect(verifySignatures(note, parties.log('zhejiang').witnesses)).toMatchObject([
      { verifier: { name: 'weft/shandong/witness' }, timestamp: 1_772_000_000 },
    ]);
    await log.grow(entriesOf(300, 'more'));
    expect(await send(3)).toEqual({ status: 409, contentType: 'text/x.tlog.size', body: '5\n' });
    expect((await send(5)).status).toBe(200);
    expect((await store.head(ZHEJIANG))?.size).toBe(305);
    expect(told).toEqual([]);
  });

  it('cosigns nothing of a second history, and keeps a proof that convinces others', async () => {
    await log.grow(entriesOf(5));
    expect((await send(0)).status).toBe(200);
    const second = await signedLog(parties);
    await second.grow(entriesOf(5, 'other'));
    const replies = [await send(5, second.store), await send(0, second.store)];
    await second.grow(entriesOf(4, 'more'));
    replies.push(await send(5, second.store), await send(0, second.store));
    expect(replies.map(({ status }) => status)).toEqual([409, 409, 422, 409]);
    expect(replies.map(({ body }) => body).join('')).not.toContain('—');
    expect((await store.head(ZHEJIANG))?.note).toBe((await log.store.newest())?.note);
    const kept = await store.equivocations(10);
    expect(kept.map(({ equivocation }) => equivocation.reason).sort()).toEqual(['NO_PROOF', 'TWO_ROOTS']);
    const twoRoots = kept.find(({ equivocation }) => equivocation.reason === 'TWO_ROOTS');
    expect(twoRoots && provesTwoHistories(twoRoots.equivocation, parties.log('zhejiang').logKeys)).toBe(true);
    expect(told).toHaveLength(kept.length);
    // The first history goes on.
    await log.grow(entriesOf(2, 'later'));
    expect((await send(5)).status).toBe(200);
  });

  it('accuses nobody on the word of another who gives no proof', async () => {
    await log.grow(entriesOf(5));
    await send(0);
    await log.grow(entriesOf(5, 'more'));
    const body = formatAddCheckpoint({
      oldSize: 5,
      proof: [],
      note: (await log.store.newest())?.note ?? '',
    });
    expect((await addCheckpoint(witness(), body, 'weft/jiangsu')).status).toBe(422);
    expect((await addCheckpoint(witness(), body, null)).status).toBe(422);
    expect(await store.equivocations(10)).toEqual([]);
  });

  it('answers a log that it does not know, a foreign signature and bad bodies as the specification says', async () => {
    await log.grow(entriesOf(2));
    const body = await bodyOf(log.store, 0);
    const status = async (text: string, deps = witness()) => (await addCheckpoint(deps, text, null)).status;
    expect(await status(body, { ...witness(), logs: new Map() })).toBe(404);
    const stranger = await createParties();
    expect(await status(body, { ...witness(), logs: stranger.logs })).toBe(403);
    expect(await status('old 0\n')).toBe(400);
    expect(await status(await bodyOf(log.store, 9))).toBe(400);
    expect(await store.logs()).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'that stops %s it stored a checkpoint cosigns it when asked again',
    async (when) => {
      await log.grow(entriesOf(3));
      const dying: WitnessStore = {
        ...store,
        async replace(...step) {
          if (when === 'after') await store.replace(...step);
          throw new Error('killed');
        },
      };
      const body = await bodyOf(log.store, 0);
      await expect(addCheckpoint(witness(dying), body, ZHEJIANG)).rejects.toThrow('killed');
      const again = await addCheckpoint(witness(), body, ZHEJIANG);
      if (when === 'before') expect(again.status).toBe(200);
      else {
        expect(again).toMatchObject({ status: 409, body: '3\n' });
        expect((await send(3)).status).toBe(200);
      }
      // And whatever it stored binds it.
      const second = await signedLog(parties);
      await second.grow(entriesOf(3, 'other'));
      expect((await send(3, second.store)).status).toBe(409);
    },
  );

  it('of requests at the same time cosigns one history', async () => {
    const second = await signedLog(parties);
    await log.grow(entriesOf(4));
    await second.grow(entriesOf(6, 'other'));
    const bodies = [await bodyOf(log.store, 0), await bodyOf(second.store, 0)];
    const replies = await Promise.all(bodies.map((body) => addCheckpoint(witness(), body, ZHEJIANG)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
  });
});
