import { writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '#libs/pattern-drawing';
import { Ledger } from './rounds/ledger.js';
import { PROVINCES, Stage } from './rounds/stage.js';
import { WitnessBox } from './rounds/witness-box.js';

/** `npm run durability -- --rounds 500 --seed 7` sets these. */
const ROUNDS = Number(process.env['WEFT_DURABILITY_ROUNDS'] ?? 20);
const SEED = Number(process.env['WEFT_DURABILITY_SEED'] ?? 1);
const REPORT = process.env['WEFT_DURABILITY_REPORT'];
/** After so many kills the federation is let become whole, so that checks are answered in full again before the next. */
const ROUNDS_APART = 5;
/** Longest wait for one. */
const IN_FULL_MS = 20_000;
/** The importer dies beside the services: a page is cut off in the middle then. */
const VICTIMS = [...PROVINCES, 'coordinator', 'database', 'importer'] as const;

let ledger: Ledger;
let stage: Stage;

beforeAll(async () => {
  ledger = new Ledger();
  stage = await Stage.start(ledger);
}, 180_000);

afterAll(async () => {
  await stage?.stop();
}, 60_000);

async function untilAnsweredInFull(): Promise<void> {
  const inFull = () => ledger.checks.filter(({ check }) => check.complete).length;
  const [before, end] = [inFull(), Date.now() + IN_FULL_MS];
  while (inFull() === before && Date.now() < end) await pause(100);
}

describe('a federation at work whose processes are killed', () => {
  it(
    `keeps all that it acknowledged, nothing by halves, and one history in each log, over ${ROUNDS} kills at random moments`,
    async () => {
      const random = seededRandom(SEED);
      const box = new WitnessBox(stage, ledger);
      const kills = new Map<string, number>();
      const begun = Date.now();
      await stage.beginWork();
      let turn: (typeof VICTIMS)[number][] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        if (round % ROUNDS_APART === 0) {
          await stage.untilWhole();
          await untilAnsweredInFull();
        }
        await pause(random.between(100, 2_000));
        if (turn.length === 0) turn = random.shuffle(VICTIMS);
        const victim = turn.pop() ?? 'database';
        const deadMs = random.between(0, 400);
        kills.set(victim, (kills.get(victim) ?? 0) + 1);
        if (victim === 'database') await stage.killDatabase(deadMs);
        else if (victim === 'importer') {
          await stage.killImporter();
          await stage.startImporter();
        } else await stage.killService(victim, deadMs);
        await box.look();
      }
      await stage.untilWhole();
      await stage.endWork();
      const faults = await box.faults(new Date());
      const summary = {
        rounds: ROUNDS,
        seed: SEED,
        seconds: Math.round((Date.now() - begun) / 1_000),
        kills: Object.fromEntries(kills),
        ...ledger.summary,
        'checkpoints seen from outside': box.seen,
        faults,
      };
      if (REPORT) writeFileSync(REPORT, `${JSON.stringify(summary, null, 2)}\n`);
      expect(faults).toEqual([]);
      // A run in which nothing was acknowledged would prove nothing.
      expect(ledger.checks.some(({ check }) => check.complete)).toBe(true);
      expect(ledger.registrations.length).toBeGreaterThan(0);
      expect(ledger.decisions.length).toBeGreaterThan(0);
      expect([...ledger.pages.values()].some(({ committed }) => committed)).toBe(true);
      for (const { check } of ledger.checks)
        if (check.verdict === 'CLEAR')
          expect(check.coverage.map(({ outcome }) => outcome)).toEqual(PROVINCES.map(() => 'ANSWERED'));
    },
    120_000 + ROUNDS * 60_000,
  );
});

describe('a node that is told to stop', () => {
  it('answers what it has begun, in full, and has it in the log when it is back', async () => {
    const [examiner] = stage.examiners;
    const node = stage.federation.nodes.get(PROVINCES[0]);
    if (!examiner || !node) throw new Error('a stage has examiners and nodes');
    await stage.untilWhole();
    // Logged in once: six log-ins at the same time would be told to wait.
    await examiner.check();
    const checks = Array.from({ length: 6 }, () => examiner.check());
    // The others are under way when the first is done: one thread makes all their fingerprints.
    const first = await Promise.race(checks);
    await node.kill('SIGTERM');
    const answered = await Promise.all(checks);
    expect(answered).toContain(first);
    for (const { coverage } of answered) expect(coverage).toHaveLength(PROVINCES.length);
    await node.start();
    expect(await new WitnessBox(stage, ledger).faults(new Date())).toEqual([]);
  }, 240_000);
});
