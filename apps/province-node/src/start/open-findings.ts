import type { Identity } from '#libs/identity';
import type { FindingDesk, FindingReading, FindingStore, WorkCalendar } from '#libs/registry';
import { createFindingClient } from '#libs/rpc';
import type { Logger } from 'pino';
import type { EvidenceDesk } from '../evidence/evidence-desk.js';
import { DeliveryRunner } from '../findings/delivery-runner.js';
import { sha256, systemClock, waitFor } from './system.js';

interface FindingParts extends Pick<FindingDesk, 'province' | 'checks' | 'registry' | 'log'> {
  readonly findings: FindingStore;
  readonly evidence: Pick<EvidenceDesk, 'bundle'>;
  readonly identity: Identity;
  readonly calendar: WorkCalendar;
  readonly logger: Logger;
}

/** What findings are exchanged with and read from, and who delivers them once the node listens. */
export function openFindings(
  parts: FindingParts,
  closing: (() => Promise<void> | void)[],
): { desk: FindingDesk; reading: FindingReading; deliveries: DeliveryRunner } {
  const { findings, evidence, calendar, logger } = parts;
  const { directory, tls, signer, verifier } = parts.identity;
  const courier = createFindingClient(directory, tls);
  closing.push(() => courier.close());
  const deliveries = new DeliveryRunner({ findings, courier, clock: systemClock, logger, wait: waitFor });
  closing.push(() => deliveries.stop());
  const { checks, registry, log } = parts;
  const shared = { province: parts.province, findings, checks, registry, clock: systemClock };
  return {
    desk: {
      ...{ ...shared, signer, verifier, log, digest: sha256 },
      evidenceOf: async (checkId) => Buffer.from(await evidence.bundle(checkId)),
    },
    reading: { ...shared, calendar },
    deliveries,
  };
}
