import { z } from 'zod';
import { cellsOf, FAULTS, impossible, type Cell } from './faults.js';
import { seeded } from './seeded.js';

/** Cells that run when nobody asks for more. */
const SHARE = FAULTS.length;

const environment = z.object({
  /** "all", or how many. */
  WEFT_FAULT_CELLS: z.literal('all').or(z.coerce.number().int().min(1)).default(SHARE),
  WEFT_FAULT_SEED: z.coerce.number().int().min(0).default(1),
  /** Folder for the results; none are written without it. */
  WEFT_FAULT_RESULTS: z.string().min(1).optional(),
});

/** Which part of the matrix runs. */
export interface Drawn {
  readonly cells: readonly Cell[];
  /** Of how many that there are, the impossible ones included. */
  readonly of: number;
  readonly seed: number;
  readonly whole: boolean;
  readonly results: string | undefined;
}

/** The part that the environment asks for: all cells, or one of each fault before a second of any, drawn by the seed. */
export function drawCells(provinces: readonly string[], env = environment.parse(process.env)): Drawn {
  const all = cellsOf(provinces);
  const possible = all.filter((cell) => impossible(cell) === undefined);
  const whole = env.WEFT_FAULT_CELLS === 'all';
  const seed = env.WEFT_FAULT_SEED;
  return {
    cells: env.WEFT_FAULT_CELLS === 'all' ? possible : inTurns(possible, seed).slice(0, env.WEFT_FAULT_CELLS),
    of: all.length,
    seed,
    whole,
    results: env.WEFT_FAULT_RESULTS,
  };
}

function inTurns(cells: readonly Cell[], seed: number): Cell[] {
  const random = seeded(seed);
  const shuffled = cells.map((cell) => ({ cell, at: random() })).sort((a, b) => a.at - b.at);
  const turns = new Map<string, number>();
  return shuffled
    .map(({ cell, at }) => {
      const turn = turns.get(cell.fault.name) ?? 0;
      turns.set(cell.fault.name, turn + 1);
      return { cell, turn, at };
    })
    .sort((a, b) => a.turn - b.turn || a.at - b.at)
    .map(({ cell }) => cell);
}
