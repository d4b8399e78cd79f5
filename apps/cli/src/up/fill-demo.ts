import { join } from 'node:path';
import { type Actor, type ImportRow, type ProvinceId } from '#libs/registry';
import { z } from 'zod';
import { DEMO_SEED, planDemoRegistry, type DemoPlan, type DemoRegistration } from '../demo/plan.js';
import { readJsonIfThere, writeWhole } from '../home/files.js';
import { type WeftHome } from '../home/weft-home.js';
import { showProgress } from '../import/import-progress.js';
import { Stopped } from './federation.js';
import { importInto, type Filling } from './import-into.js';

const ACTOR: Actor = { kind: 'program', name: 'weft up' };

/** What is known of each province's demo: begun, filled, or kept out of a registry that had entries of its own. */
const recordSchema = z.object({
  seed: z.int(),
  provinces: z.record(z.string(), z.enum(['begun', 'filled', 'own'])),
});

type DemoRecord = z.infer<typeof recordSchema>;

/**
 * Fills empty registries with the demo, once; what was stopped goes on at the next start. A registry with entries of its own
 * is left alone. The databases must run.
 * @throws Stopped when `signal` aborts; Problem if a row is rejected
 */
export async function fillDemo(
  home: WeftHome,
  members: readonly ProvinceId[],
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const record = readRecord(home);
  const wanting = members.filter((province) => !['filled', 'own'].includes(record.provinces[province] ?? ''));
  if (wanting.length === 0) return;
  const plan = planDemoRegistry(record.seed);
  const rows = plan.registrations.filter(({ province }) => wanting.includes(province));
  say(`Filling the demo registry: ${rows.length} patterns over ${wanting.length} provinces`);
  const progress = showProgress(process.stderr, rows.length);
  let imported = 0;
  const advance = () => progress.advance({ imported: ++imported, updated: 0, unchanged: 0, rejected: 0 });
  try {
    for (const province of wanting) {
      const own = rows.filter((row) => row.province === province);
      keep(home, record, province, await fillProvince(home, record, province, own, { advance, signal }));
    }
  } finally {
    progress.close();
  }
}

/** Whether the registries of all these members hold the demo. */
export function isDemoFilled(home: WeftHome, members: readonly ProvinceId[]): boolean {
  const { provinces } = readRecord(home);
  return members.every((province) => provinces[province] === 'filled');
}

/** The plan that this home was filled with. */
export function demoPlanOf(home: WeftHome): DemoPlan {
  return planDemoRegistry(readRecord(home).seed);
}

async function fillProvince(
  home: WeftHome,
  record: DemoRecord,
  province: ProvinceId,
  registrations: readonly DemoRegistration[],
  filling: Pick<Filling, 'advance' | 'signal'>,
): Promise<'filled' | 'own'> {
  const filled = await importInto(home.province(province), {
    ...filling,
    actor: ACTOR,
    rows: registrations.map(asRow),
    wanted: async ({ registry }) => {
      if (record.provinces[province] === undefined && (await registry.head()).searchable > 0) return false;
      keep(home, record, province, 'begun');
      return true;
    },
  });
  if (filling.signal.aborted) throw new Stopped();
  return filled ? 'filled' : 'own';
}

function asRow(registration: DemoRegistration, index: number): ImportRow {
  return {
    row: index + 2,
    cells: {
      registrationNumber: registration.registrationNumber ?? '',
      registeredOn: registration.registeredOn ?? '',
      title: registration.title,
      category: registration.category,
      owner: registration.owner,
      completedOn: registration.completedOn ?? '',
      firstPublishedOn: registration.firstPublishedOn ?? '',
      centre: registration.centre,
      state: registration.state,
      reason: registration.reason,
      picture: registration.fileName,
    },
    loadPicture: () => registration.picture(),
  };
}

function recordFile(home: WeftHome): string {
  return join(home.federation.folder, 'demo.json');
}

function readRecord(home: WeftHome): DemoRecord {
  return readJsonIfThere(recordFile(home), recordSchema) ?? { seed: DEMO_SEED, provinces: {} };
}

function keep(
  home: WeftHome,
  record: DemoRecord,
  province: string,
  state: DemoRecord['provinces'][string],
): void {
  record.provinces[province] = state;
  writeWhole(recordFile(home), `${JSON.stringify(record)}\n`);
}
