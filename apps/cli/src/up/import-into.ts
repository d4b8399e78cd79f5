import { importRows, type Actor, type ImportDesk, type ImportRow } from '#libs/registry';
import { type ProvinceHome } from '../home/weft-home.js';
import { openImportDesk } from '../import/import-desk.js';
import { Problem } from '../problem.js';

/** How rows of this program's own making enter a province's registry. */
export interface Filling {
  readonly actor: Actor;
  readonly rows: Iterable<ImportRow>;
  /** Told of each row once it is committed. */
  readonly advance: () => void;
  /** Rows are left out from here on; those under way are finished. */
  readonly signal: AbortSignal;
  /** Decides before the first row whether to fill this registry at all. */
  readonly wanted: (desk: ImportDesk) => Promise<boolean>;
}

/**
 * Imports rows that are all expected to be good into a province whose database runs.
 * @returns false if the registry was not to be filled
 * @throws Problem naming the row that was rejected
 */
export async function importInto(home: ProvinceHome, filling: Filling): Promise<boolean> {
  const desk = await openImportDesk({
    home,
    databaseUrlFile: home.databaseUrl,
    depositCopiesDir: home.depositCopies,
  });
  try {
    if (!(await filling.wanted(desk))) return false;
    const rows = untilAborted(filling.rows, filling.signal);
    for await (const { row, outcome, problems } of importRows(desk, rows, filling.actor)) {
      if (outcome === 'rejected') throw rejected(home, row, problems[0]?.message);
      filling.advance();
    }
    return true;
  } finally {
    await desk.close();
  }
}

async function* untilAborted(rows: Iterable<ImportRow>, signal: AbortSignal): AsyncGenerator<ImportRow> {
  for (const row of rows) {
    if (signal.aborted) return;
    yield row;
  }
}

function rejected(home: ProvinceHome, { row, cells }: ImportRow, problem = 'unknown'): Problem {
  return new Problem(
    `${home.province}, row ${row} (${cells.picture ?? ''})`,
    `was rejected: ${problem}`,
    'start with an empty WEFT_HOME',
  );
}
