import type { MarketDesk, MarketReading, WorklistDesk, WorklistReading } from '#libs/registry';
import type { NodeConfig } from '../config.js';
import type { EvidenceDesk } from '../evidence/evidence-desk.js';
import type { NodeParts } from '../node.module.js';
import { sha256, systemClock, systemRandom } from './system.js';

interface SettlingParts
  extends
    Pick<MarketDesk, 'market' | 'decisions' | 'log'>,
    Pick<MarketReading, 'checks'>,
    Pick<WorklistDesk, 'worklist' | 'findings'> {
  readonly registry: MarketReading['registry'] & WorklistReading['registry'];
  readonly evidence: Pick<EvidenceDesk, 'give'>;
}

/** What market findings and the worklist of duplicates are read from and settled with. */
export function openSettling(
  { province }: Pick<NodeConfig, 'province'>,
  { market, worklist, findings, decisions, checks, registry, evidence, log }: SettlingParts,
): Pick<NodeParts, 'market' | 'worklist'> {
  const acting = { log, clock: systemClock, random: systemRandom, digest: sha256 };
  return {
    market: {
      desk: {
        ...acting,
        ...{ market, checks, decisions },
        evidenceFor: async (checkId, actor) => Buffer.from(await evidence.give(checkId, true, actor)),
      },
      reading: { province, market, registry, checks },
    },
    worklist: {
      desk: { ...acting, province, worklist, findings },
      reading: { province, worklist, registry },
    },
  };
}
