import { parseCheckpoint, parseNote, parseReceipt } from '#libs/federation-log';
import {
  isWitnessed,
  type Check,
  type CheckDecision,
  type CheckReceipt,
  type Registration,
} from '#libs/registry';
import type { ApplicationFacts, CheckFacts, EntryFacts } from './check-facts.js';

/** What a node has about a check. */
export interface CheckMaterial {
  readonly check: Omit<Check, 'evidence'>;
  readonly receipts: readonly CheckReceipt[];
  readonly decisions: readonly CheckDecision[];
  /** What the check was made for; null for a picture alone. */
  readonly application: Registration | null;
  readonly source: CheckFacts['picture']['source'];
  /** Candidates of this province whose deposit copy can be read, by registration id. */
  readonly here: ReadonlySet<string>;
  readonly shown: CheckFacts['shown'];
}

/** The facts of a check's report. */
export function gatherCheckFacts(material: CheckMaterial): CheckFacts {
  const { check, receipts, decisions, application, source, here, shown } = material;
  const { checkId, asker, askedAt, finishedAt, epoch, picture, verdict, complete, coordinator } = check;
  return {
    kind: 'weft.check-report.v1',
    checkId,
    province: asker,
    askedAt,
    finishedAt,
    epoch,
    picture: { ...picture, source },
    application: application && applicationFacts(application),
    verdict,
    complete,
    coordinator,
    candidates: check.candidates.map((one) => {
      const own = one.province === asker ? 'missing' : 'stays-home';
      return { ...one, picture: here.has(one.registrationId) ? 'here' : own };
    }),
    coverage: [...check.coverage],
    calibration: check.calibration && {
      ...check.calibration,
      background: [...check.calibration.background],
    },
    decisions: decisions.map((one) => ({
      kind: one.kind,
      reason: one.reason,
      by: one.decidedBy,
      at: one.decidedAt,
      confirmedBy: one.confirmedBy,
      confirmedAt: one.confirmedAt,
      inForce: one.inForce,
    })),
    witnessed: isWitnessed(receipts),
    receipts: receipts.map(({ party, about, state, detail, receipt }) => {
      const entry = receipt === null || state === 'INVALID' ? null : entryOf(receipt);
      return { party, about, state, detail, entry };
    }),
    shown,
  };
}

function applicationFacts(registration: Registration): ApplicationFacts {
  const { registrationId, registrationNumber, state, title, category, owner } = registration;
  const { centre, completedOn, firstPublishedOn, registeredOn, filedAt } = registration;
  return {
    registrationId,
    registrationNumber,
    state,
    title,
    category,
    owner,
    centre,
    completedOn,
    firstPublishedOn,
    registeredOn,
    filedAt,
  };
}

/**
 * Where a receipt that was verified says that its entry is.
 * @param receipt c2sp.org/tlog-proof
 * @throws FederationLogError for a text that is none
 */
export function entryOf(receipt: string): EntryFacts {
  const { index, checkpoint } = parseReceipt(receipt);
  const { origin, size, root } = parseCheckpoint(parseNote(checkpoint).text);
  return { log: origin, index, size, root: Buffer.from(root).toString('base64') };
}
