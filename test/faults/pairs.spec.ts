import { setTimeout as pause } from 'node:timers/promises';
import { Ledger } from './rounds/ledger.js';
import { PROVINCES, Stage } from './rounds/stage.js';
import { WitnessBox } from './rounds/witness-box.js';

/** Kills of each pair: the first and the second of two processes in turn. Where it is set, a node has a second process too. */
const ASKED = process.env['WEFT_PAIR_KILLS'];
const KILLS = Number(ASKED ?? 1);
/** Longest wait for two checks of each province that every member answered, while one of the two is dead. */
const GO_ON_MS = 60_000;
const PAIRS = [['coordinator', 'coordinator-2'], ...(ASKED ? [['jiangsu', 'jiangsu-2']] : [])];

let ledger: Ledger;
let stage: Stage;
let box: WitnessBox;

beforeAll(async () => {
  ledger = new Ledger();
  stage = await Stage.start(ledger, { coordinator: true, ...(ASKED ? { node: 'jiangsu' } : {}) });
  box = new WitnessBox(stage, ledger);
  await stage.beginWork();
}, 180_000);

afterAll(async () => {
  await stage?.stop();
}, 60_000);

/** Checks of a province that every member gave a signed answer to, in full or, on a machine under load, in part. */
const answered = (province: string) =>
  ledger.checks.filter(
    ({ province: asker, check: { coordinator, coverage } }) =>
      asker === province &&
      coordinator === 'AGREES' &&
      coverage.every(({ answerDigest }) => answerDigest !== null),
  ).length;

/** Whose examiners had no answers from everybody since, though their own node is there. */
async function leftWaiting(dead: string): Promise<string[]> {
  const others = PROVINCES.filter((province) => province !== dead);
  const before = new Map(others.map((province) => [province, answered(province)]));
  const waiting = () => others.filter((province) => answered(province) < (before.get(province) ?? 0) + 2);
  const end = Date.now() + GO_ON_MS;
  while (waiting().length > 0 && Date.now() < end) await pause(50);
  return waiting();
}

describe('two processes of one party on its database, of which one is killed under load', () => {
  it.each(PAIRS)(
    'go on by the other: %s and %s',
    async (first = '', second = '') => {
      for (let kill = 0; kill < KILLS; kill += 1) {
        await stage.untilWhole();
        const victim = kill % 2 === 0 ? first : second;
        // It stays dead for as long as it takes to see every province go on.
        const dead = stage.holdDead(victim);
        await dead.gone;
        try {
          expect(await leftWaiting(victim)).toEqual([]);
          await box.look();
        } finally {
          dead.revive();
        }
      }
      await stage.untilWhole();
    },
    60_000 + KILLS * 120_000,
  );

  it('lost no check and no entry, said CLEAR only when all had answered, and signed one history', async () => {
    await stage.endWork();
    await box.look();
    expect(await box.faults(new Date())).toEqual([]);
    for (const { check } of ledger.checks)
      if (check.verdict === 'CLEAR')
        expect(check.coverage.map(({ outcome }) => outcome)).toEqual(PROVINCES.map(() => 'ANSWERED'));
    // A check whose coordinator died with it was asked anew by the other one; only a crowd is refused, and told so.
    const left = ledger.checks.filter(({ check }) => check.coordinator === 'UNREACHABLE');
    const why = new Set(left.flatMap(({ check }) => check.coverage.map(({ detail }) => detail)));
    expect([...why].filter((detail) => !detail.includes('too much waits'))).toEqual([]);
  }, 240_000);
});
