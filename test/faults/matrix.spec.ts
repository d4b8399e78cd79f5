import { setTimeout as pause } from 'node:timers/promises';
import { type Finding } from '#libs/audit';
import { DEFAULT_MEMBERS } from '../../apps/cli/src/home/weft-home.js';
import { auditAllLogs } from './all-logs.js';
import { drawCells } from './draw-cells.js';
import { FaultStand } from './fault-stand.js';
import { cellsOf, FAULTS, impossible, PHASES } from './faults.js';
import { problemsOf } from './judge-cell.js';
import { tellCell, writeResults, type JudgedCell } from './results.js';
import { outcomeIn, runCell } from './run-cell.js';

const drawn = drawCells(DEFAULT_MEMBERS);
const judged: JudgedCell[] = [];
let stand: FaultStand;

beforeAll(async () => {
  stand = await FaultStand.start();
}, 180_000);

afterAll(async () => {
  await stand?.stop();
}, 60_000);

describe(`${drawn.cells.length} of the fault matrix's ${drawn.of} cells, ${drawn.whole ? 'all that can exist' : `drawn by seed ${drawn.seed}`}`, () => {
  it.each(drawn.cells.map((cell) => [cell.fault.name, cell.phase, cell.province, cell] as const))(
    '%s, %s, %s: is named, gives no false CLEAR, is in the log, keeps the time, and the next check is clean',
    async (_fault, _phase, province, cell) => {
      const seen = await runCell(stand, cell);
      const entries = await stand.logOf(seen.during);
      const problems = problemsOf(seen, stand.place(province).planted.registrationId, entries);
      judged.push({ ...seen, problems });
      if (drawn.results !== undefined) writeResults(drawn.results, drawn.seed, judged);
      // The whole takes minutes, and jest tells nothing before the end.
      if (drawn.whole) process.stderr.write(`${tellCell({ ...seen, problems })}\n`);
      expect(problems).toEqual([]);
    },
  );

  it('leaves five logs that fit each other; an auditor finds the answers of a stolen key, and nothing else', async () => {
    const stolen = judged
      .flatMap(({ cell, during }) =>
        during.filter((check) => outcomeIn(check, cell.province) === 'STALE_INDEX'),
      )
      .map(({ report }) => report.checkId);
    let others: readonly Finding[] = [];
    let found: readonly Finding[] = [];
    // The latest checkpoints may still be on their way to their witnesses.
    for (let look = 0; look < 20; look += 1) {
      const findings = await auditAllLogs(stand);
      found = findings.filter(({ detail }) => detail.includes('has another answer to check'));
      others = findings.filter((one) => !found.includes(one));
      if (others.length === 0) break;
      await pause(500);
    }
    expect(others).toEqual([]);
    expect(found.every(({ fault }) => fault === 'ALTERED_ENTRY')).toBe(true);
    expect(stolen.filter((checkId) => !found.some(({ detail }) => detail.includes(checkId)))).toEqual([]);
  }, 60_000);
});

// A check that could not be completed while faults came and went is tried again every minute.
if (drawn.whole)
  it('sees every incomplete check completed, with the work found that lay in the faulted province', async () => {
    const incomplete = judged.flatMap(({ during }) => during.filter(({ report }) => !report.complete));
    const end = Date.now() + 130_000;
    for (const { picture, report } of incomplete) {
      const sequel = await stand.sequelOf(report.checkId, end);
      expect(sequel).toMatchObject({
        complete: true,
        supersedes: report.checkId,
        verdict: picture === 'planted' ? 'DUPLICATE' : 'CLEAR',
      });
    }
  }, 200_000);

it('has 15 faults in 4 provinces and 3 phases, and says why 8 of the 180 cells cannot exist', () => {
  const cells = cellsOf(DEFAULT_MEMBERS);
  expect([FAULTS.length, PHASES.length, cells.length]).toEqual([15, 3, 180]);
  const cannot = cells.filter((cell) => impossible(cell) !== undefined);
  expect(new Set(cannot.map(({ fault, phase }) => `${fault.name}, ${phase}`))).toEqual(
    new Set(['no SETTINGS, middle', 'bad certificate, middle']),
  );
  expect(cannot).toHaveLength(8);
});
