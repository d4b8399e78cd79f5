import { type CheckReport } from './check-report.js';
import { type NodeClient } from './node-client.js';
import { provinceName } from './tables.js';
import { type Plant } from '../demo/plan.js';

/** A planted copy's check, and whether it found what was planted. */
export interface PlantedCheck {
  readonly id: string;
  readonly kind: string;
  readonly offeredIn: string;
  readonly original: Plant['original'];
  /** The copied work stands first of all candidates that are not the registered copy itself. */
  readonly found: boolean;
  readonly check: CheckReport;
}

/**
 * Offers a planted copy in its province.
 * @param node of the province that it is offered in
 * @throws Problem
 */
export async function checkPlanted(node: NodeClient, plant: Plant): Promise<PlantedCheck> {
  const check = await node.check({ name: `${plant.id}.jpg`, bytes: await plant.picture() });
  const { id, kind, offeredIn, original } = plant;
  const first = check.candidates.find(
    ({ province, registrationNumber }) => province !== offeredIn || registrationNumber !== plant.registeredAs,
  );
  const found =
    first?.province === original.province &&
    first.registrationNumber === original.registrationNumber &&
    first.verdict !== null;
  return { id, kind, offeredIn, original, found, check };
}

/** One line on what was offered where, and what came of it. */
export function plantedText({ kind, offeredIn, original, found }: PlantedCheck): string {
  const what = `${kind} copy of ${original.registrationNumber} (${provinceName(original.province)})`;
  return `${what}, offered in ${provinceName(offeredIn)}: ${found ? '找到 found' : '未找到 NOT FOUND'}`;
}
