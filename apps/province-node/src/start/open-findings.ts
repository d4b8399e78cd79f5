import type { Identity } from '#libs/identity';
import type { FindingDesk, FindingStore } from '#libs/registry';
import { createFindingClient } from '#libs/rpc';
import type { Logger } from 'pino';
import type { NodeConfig } from '../config.js';
import type { EvidenceDesk } from '../evidence/evidence-desk.js';
import { createDeliveryRounds } from '../findings/delivery-rounds.js';
import type { NodeParts } from '../node.module.js';
import type { Rounds } from '../rounds.js';
import { openCalendar } from './open-calendar.js';
import { sha256, systemClock, systemRandom, waitFor } from './system.js';

interface FindingParts extends Pick<FindingDesk, 'checks' | 'registry' | 'log'> {
  readonly findings: FindingStore;
  readonly evidence: Pick<EvidenceDesk, 'bundle'>;
  readonly identity: Identity;
  readonly logger: Logger;
}

/**
 * What findings are exchanged with and read from, and who delivers them once the node listens.
 * @throws StartError for a calendar that cannot be read
 */
export async function openFindings(
  { province, workCalendarFile }: NodeConfig,
  parts: FindingParts,
  closing: (() => Promise<void> | void)[],
): Promise<{ findings: NodeParts['findings']; deliveries: Rounds }> {
  const { findings, evidence, logger, checks, registry, log } = parts;
  const { directory, tls, signer, verifier } = parts.identity;
  const calendar = await openCalendar(workCalendarFile);
  const courier = createFindingClient(directory, tls);
  closing.push(() => courier.close());
  const deliveries = createDeliveryRounds({ findings, courier, clock: systemClock, logger, wait: waitFor });
  closing.push(() => deliveries.stop());
  const shared = { province, findings, checks, registry, clock: systemClock };
  const evidenceOf = async (checkId: string) => Buffer.from(await evidence.bundle(checkId));
  return {
    findings: {
      desk: { ...shared, signer, verifier, log, digest: sha256, random: systemRandom, evidenceOf },
      reading: { ...shared, calendar },
    },
    deliveries,
  };
}
