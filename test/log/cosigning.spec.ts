import {
  addCheckpoint,
  Cosigning,
  witnessNameOf,
  witnessQuorum,
  type CosigningState,
  type WitnessClient,
} from '#libs/federation-log';
import { createFakeWitnessStore } from '../fakes/witness-store.js';
import {
  createParties,
  entriesOf,
  hasher,
  MEMBERS,
  signedLog,
  type Parties,
  type SignedLog,
} from './parties.js';

const PEERS = MEMBERS.slice(1);
let parties: Parties;
let log: SignedLog;
/** How each witness behaves. */
let ways: Map<string, 'up' | 'down' | 'hangs' | 'lies'>;
let clients: WitnessClient[];
let said: string[];
let nowMs: number;
let cosigning: Cosigning;

beforeEach(async () => {
  parties = await createParties();
  log = await signedLog(parties);
  ways = new Map(PEERS.map((province) => [province, 'up']));
  said = [];
  nowMs = 0;
  clients = PEERS.map(clientOf);
  cosigning = start();
});
afterEach(() => cosigning.stop());

function clientOf(province: string): WitnessClient {
  const deps = {
    hasher,
    logs: parties.logs,
    store: createFakeWitnessStore(),
    cosigner: parties.cosigner(province),
    now: () => new Date(nowMs).toISOString(),
    report: { forked: async () => undefined },
  };
  return {
    name: witnessNameOf(province),
    async addCheckpoint(body) {
      const way = ways.get(province);
      if (way === 'down') throw new Error('did not answer (connection refused)');
      if (way === 'hangs') return new Promise(() => undefined);
      const reply = await addCheckpoint(deps, body, 'weft/zhejiang');
      if (way !== 'lies' || reply.status !== 200) return reply;
      const at = reply.body.length - 10;
      const changed = reply.body[at] === 'A' ? 'B' : 'A';
      return { ...reply, body: reply.body.slice(0, at) + changed + reply.body.slice(at + 1) };
    },
  };
}

/** Time passes only while the collector waits, so that nothing here depends on the machine. */
function start(): Cosigning {
  const started = new Cosigning({
    log: parties.log('zhejiang'),
    hasher,
    store: log.store,
    witnesses: clients,
    report: {
      unwitnessed: ({ size }) => said.push(`unwitnessed ${size} at ${nowMs}`),
      witnessed: ({ size }) => said.push(`witnessed ${size}`),
      refused: (witness, problem) => said.push(`${witness} refused: ${problem}`),
    },
    wait: async (milliseconds, signal) => {
      for (let passed = 0; passed < milliseconds && !signal.aborted; passed += 50) {
        nowMs += 50;
        for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      }
    },
    now: () => new Date(nowMs),
  });
  started.start();
  return started;
}

async function grow(count: number): Promise<void> {
  await log.grow(entriesOf(count, `at ${(await log.store.newest())?.size ?? 0}`));
  const head = await log.store.newest();
  if (head) cosigning.wake(head);
}

async function until(wanted: (state: CosigningState) => boolean, mostMs = 20_000): Promise<number> {
  const start = nowMs;
  while (!wanted(cosigning.state)) {
    if (nowMs - start > mostMs) throw new Error(JSON.stringify([cosigning.state, said]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  return nowMs - start;
}

/** The checkpoint after so many entries more, of which nobody has been told. */
async function newest(count: number) {
  await log.grow(entriesOf(count, `at ${(await log.store.newest())?.size ?? 0}`));
  const head = await log.store.newest();
  if (head === null) throw new Error('a log that has grown has a checkpoint');
  return head;
}

const isWitnessed = ({ phase, size, witnessedSize }: CosigningState) =>
  phase === 'witnessed' && size > 0 && witnessedSize === size;

describe('a log that asks its witnesses', () => {
  it('needs two thirds of them', () => {
    expect([0, 1, 2, 3, 4, 5, 6].map(witnessQuorum)).toEqual([1, 1, 2, 2, 3, 4, 4]);
    expect(parties.log('zhejiang').quorum).toBe(2);
    expect(parties.log('coordinator').quorum).toBe(3);
  });

  it('has every checkpoint cosigned by all, though the entries come in bursts', async () => {
    for (const count of [1, 3, 300, 7]) {
      await grow(count);
      await until((state) => isWitnessed(state) && state.witnesses.every(({ size }) => size === state.size));
    }
    expect(await log.store.cosignatures(311)).toHaveLength(3);
    expect(said).toEqual([]);
  });

  it.each(['down', 'hangs'] as const)('is not held up by one that is %s', async (way) => {
    ways.set('jiangsu', way);
    await grow(2);
    expect(await until(isWitnessed)).toBeLessThanOrEqual(200);
    await grow(2);
    expect(await until(isWitnessed)).toBeLessThanOrEqual(200);
    expect(await log.store.cosignatures(4)).toHaveLength(2);
    expect(said).toEqual([]);
  });

  it('says within ten seconds that its quorum is lost, and when it is back', async () => {
    await grow(1);
    await until(isWitnessed);
    ways.set('jiangsu', 'down').set('shandong', 'hangs');
    const lost = nowMs;
    await grow(1);
    await until(({ phase }) => phase === 'unwitnessed');
    expect(nowMs - lost).toBeLessThan(10_000);
    expect(said).toEqual([expect.stringMatching(/^unwitnessed 2 at/)]);
    ways.set('jiangsu', 'up');
    expect(await until(isWitnessed)).toBeLessThan(10_000);
    expect(said.slice(1)).toEqual(['witnessed 2']);
  });

  it('keeps no cosignature that does not verify, and says whose it is', async () => {
    ways.set('jiangsu', 'lies').set('shandong', 'lies');
    await grow(2);
    await until(({ phase }) => phase === 'unwitnessed');
    expect(await log.store.cosignatures(2)).toEqual([expect.stringContaining('weft/guangdong/witness')]);
    expect(said.filter((line) => line.includes('refused'))).toEqual([
      expect.stringContaining('weft/shandong/witness refused'),
      expect.stringContaining('weft/jiangsu/witness refused'),
    ]);
  });

  it.each(['and was not persisted', 'but was persisted'])(
    'asks again when keeping a cosignature failed %s',
    async (fate) => {
      const { cosign } = log.store;
      let failures = 0;
      log.store.cosign = async (...kept) => {
        if (fate === 'but was persisted') await cosign(...kept);
        failures += 1;
        throw new Error('the store broke');
      };
      await grow(4);
      await until(() => failures >= PEERS.length);
      expect(isWitnessed(cosigning.state)).toBe(false);
      log.store.cosign = cosign;
      await until((state) => isWitnessed(state) && state.witnesses.every(({ size }) => size === 4));
      const lines = await log.store.cosignatures(4);
      expect(new Set(lines.map((line) => line.split(' ')[1])).size).toBe(PEERS.length);
      expect(lines).toHaveLength(PEERS.length);
      // A failing store is no refusal of a witness.
      expect(said.filter((line) => line.includes('refused'))).toEqual([]);
    },
  );

  it('goes on where its witnesses stand after it was started again', async () => {
    await grow(5);
    await until(isWitnessed);
    await cosigning.stop();
    cosigning = start();
    await grow(2);
    await until(isWitnessed);
    expect(await log.store.cosignatures(7)).not.toHaveLength(0);
    expect(said).toEqual([]);
  });

  it('shares its witnesses with another process of it: neither takes the other for a fault', async () => {
    const other = start();
    const everywhere = ({ state }: Cosigning) =>
      isWitnessed(state) && state.witnesses.every(({ size }) => size === state.size);
    try {
      for (let round = 0; round < 6; round += 1) {
        const [late, ahead] = round % 2 === 0 ? [cosigning, other] : [other, cosigning];
        const older = await newest(1 + round);
        const newer = await newest(2);
        // One of them has the newer checkpoint cosigned before the other has asked for the older one.
        ahead.wake(newer);
        await until(() => everywhere(ahead));
        late.wake(older);
        await until(() => everywhere(late));
        expect(late.state.size).toBe(newer.size);
      }
      expect(said).toEqual([]);
    } finally {
      await other.stop();
    }
  });
});
