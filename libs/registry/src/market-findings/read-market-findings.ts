import type { CheckStore } from '../check-records/ports.js';
import type { RegistryReader } from '../registration/ports.js';
import { marketStateOf, type MarketFinding, type MarketState } from './market-finding.js';
import type { MarketFindingFilter, MarketFindingStore } from './ports.js';
import { noSuchMarketFinding } from './settle-market-finding.js';

/** What market findings are read from. */
export interface MarketReading {
  readonly province: string;
  readonly market: Pick<MarketFindingStore, 'find' | 'list'>;
  readonly registry: Pick<RegistryReader, 'find'>;
  readonly checks: Pick<CheckStore, 'find'>;
}

/** A market finding as it is shown. */
export interface MarketFindingView extends MarketFinding {
  readonly state: MarketState;
  /** What is known here of the registration; null for nothing. */
  readonly registration: { readonly registrationNumber: string | null; readonly title: string | null } | null;
}

export async function listMarketFindings(
  reading: MarketReading,
  filter: MarketFindingFilter,
): Promise<MarketFindingView[]> {
  const kept = await reading.market.list(filter);
  return Promise.all(kept.map((one) => view(reading, one)));
}

/** @throws RegistryError NOT_FOUND */
export async function readMarketFinding(
  reading: MarketReading,
  findingId: string,
): Promise<MarketFindingView> {
  const kept = await reading.market.find(findingId);
  if (!kept) throw noSuchMarketFinding();
  return view(reading, kept);
}

async function view(
  { province, registry, checks }: MarketReading,
  finding: MarketFinding,
): Promise<MarketFindingView> {
  const { registrationId, checkId } = finding;
  const known =
    finding.province === province
      ? await registry.find(registrationId)
      : (await checks.find(checkId))?.candidates.find((one) => one.registrationId === registrationId);
  const registration = known ? { registrationNumber: known.registrationNumber, title: known.title } : null;
  return { ...finding, state: marketStateOf(finding.steps), registration };
}
