import { setTimeout as pause } from 'node:timers/promises';
import { Ledger } from './rounds/ledger.js';
import { PROVINCES, Stage } from './rounds/stage.js';
import { WitnessBox } from './rounds/witness-box.js';

/** Kills of a coordinator; the first one's and the second one's in turn. */
const KILLS = Number(process.env['WEFT_COORDINATOR_KILLS'] ?? 4);
/** Longest wait for a check that is answered in full while one of the two is dead. */
const IN_FULL_MS = 20_000;

let ledger: Ledger;
let stage: Stage;

beforeAll(async () => {
  ledger = new Ledger();
  stage = await Stage.start(ledger, true);
}, 180_000);

afterAll(async () => {
  await stage?.stop();
}, 60_000);

const inFull = (province: string) =>
  ledger.checks.filter((one) => one.province === province && one.check.complete).length;

describe('two coordinators on one database, of which one is killed under load', () => {
  it(
    `lose no check and no entry, and sign one history, over ${KILLS} kills`,
    async () => {
      const box = new WitnessBox(stage, ledger);
      await stage.beginWork();
      for (let kill = 0; kill < KILLS; kill += 1) {
        await stage.untilWhole();
        const victim = kill % 2 === 0 ? 'coordinator' : 'coordinator-2';
        // It stays dead for as long as it takes to see every province go on by the other.
        const dead = stage.holdDead(victim);
        await dead.gone;
        const before = new Map(PROVINCES.map((province) => [province, inFull(province)]));
        const end = Date.now() + IN_FULL_MS;
        const waiting = () =>
          PROVINCES.filter((province) => inFull(province) < (before.get(province) ?? 0) + 2);
        while (waiting().length > 0 && Date.now() < end) await pause(50);
        expect(waiting()).toEqual([]);
        await box.look();
        dead.revive();
      }
      await stage.untilWhole();
      await stage.endWork();
      await box.look();
      expect(await box.faults(new Date())).toEqual([]);
      for (const { check } of ledger.checks)
        if (check.verdict === 'CLEAR')
          expect(check.coverage.map(({ outcome }) => outcome)).toEqual(PROVINCES.map(() => 'ANSWERED'));
      // A check that was under way was asked anew by the other coordinator: its asker got no check without an answer.
      expect(ledger.checks.filter(({ check }) => check.coordinator === 'UNREACHABLE')).toEqual([]);
    },
    120_000 + KILLS * 60_000,
  );
});
