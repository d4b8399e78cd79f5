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
  /** Place of the copied work among the candidates, without the copy itself where that is registered; null if absent. */
  readonly rank: number | null;
  /** What the check says of the copied work; null under both thresholds. */
  readonly verdict: 'DUPLICATE' | 'SUSPECTED' | null;
  /** It stands first. */
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
  const others = check.candidates.filter(
    ({ province, registrationNumber }) => province !== offeredIn || registrationNumber !== plant.registeredAs,
  );
  const place = others.findIndex(
    ({ province, registrationNumber }) =>
      province === original.province && registrationNumber === original.registrationNumber,
  );
  const verdict = others[place]?.verdict ?? null;
  return {
    id,
    kind,
    offeredIn,
    original,
    rank: place < 0 ? null : place + 1,
    verdict,
    found: place === 0,
    check,
  };
}

/** One line on what was offered where, and what came of it. */
export function plantedText({ kind, offeredIn, original, rank, verdict }: PlantedCheck): string {
  const what = `${kind} copy of ${original.registrationNumber} (${provinceName(original.province)})`;
  const place =
    rank === null
      ? '未找到 not among the candidates'
      : `第 ${rank} 位 rank ${rank}, ${verdict ?? 'under both thresholds'}`;
  return `${what}, offered in ${provinceName(offeredIn)}: ${place}`;
}
