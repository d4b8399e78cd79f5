import { cardDigest, formatCard, type CardFacts } from '#libs/audit';
import type { ReceiptDesk } from '#libs/log-service';
import {
  historyOf,
  recordingRefusal,
  RegistryError,
  type Actor,
  type AuditLog,
  type Clock,
  type DepositCopies,
  type Digest,
  type Pattern,
  type Registration,
  type RegistrationEntries,
  type RegistryReader,
  type SaltStore,
} from '#libs/registry';
import { cardCode, entryOf, printPicture, type CardPrint, type Language } from '#libs/report';
import type { ReportPool } from '../reports/report-pool.js';

/** How long a step just made may take to be witnessed. */
const WITNESS_MS = 2_000;
/** Longest side of the printed picture, pixels, and its JPEG quality. */
const PICTURE = { side: 1_000, quality: 85 };

const ENTRY_TYPES = {
  applied: 'registry.filed',
  examined: 'registry.examined',
  registered: 'registry.registered',
  refused: 'registry.refused',
  revoked: 'registry.revoked',
} as const;

/** What cards are put together from. */
export interface CardDeskDeps {
  readonly registry: Pick<RegistryReader, 'find' | 'findPattern'>;
  readonly entries: RegistrationEntries;
  readonly depositCopies: Pick<DepositCopies, 'get'>;
  readonly salts: Pick<SaltStore, 'find'>;
  /** Of the node's own log. */
  readonly ownLog: Pick<ReceiptDesk, 'receipts'>;
  readonly pool: ReportPool;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly digest: Digest;
}

/** What a card page shows, and what its QR code says. */
export interface CardView {
  readonly card: CardPrint;
  readonly code: string;
}

/** Gives the identity cards and certificates of this province's registrations. */
export class CardDesk {
  constructor(private readonly deps: CardDeskDeps) {}

  /** @throws RegistryError NOT_FOUND */
  async view(registrationId: string): Promise<CardView> {
    const { print } = await this.gather(registrationId, 0);
    return { card: print, code: cardCode(print) };
  }

  /**
   * The card's file, for "weft audit verify". That it was given is an entry of the log.
   * @throws RegistryError NOT_FOUND; WRONG_STATE where the log has no entries about it, or cannot prove them yet
   */
  file(registrationId: string, actor: Actor): Promise<string> {
    const type = 'id-card.issued';
    return recordingRefusal(this.deps, { type, actor, subject: registrationId }, async () => {
      const { facts, receipts } = await this.gather(registrationId, WITNESS_MS);
      if (facts === null)
        throw refused(
          'was imported: the log has no entries of its own about it',
          'print its card without proof',
        );
      if (receipts.length < facts.steps.length)
        throw refused(
          'has a step that is not witnessed by enough provinces yet',
          'wait some seconds and ask again',
        );
      const salt = await this.deps.salts.find(registrationId, 'picture');
      const opening = salt === null ? null : { of: 'picture' as const, salt, value: facts.pictureDigest };
      const text = formatCard({ facts, opening, receipts });
      await this.deps.log.append({
        type,
        outcome: 'success',
        actor,
        at: this.deps.clock.now().toISOString(),
        subject: registrationId,
        details: {
          cardDigest: cardDigest(this.deps.digest, facts),
          receipts: receipts.length,
          disclosed: opening === null ? 0 : 1,
        },
      });
      return text;
    });
  }

  /**
   * The card or the certificate as PDF.
   * @throws RegistryError NOT_FOUND; WRONG_STATE for the certificate of what was never registered; TOO_MANY while the node is busy
   */
  pdf(kind: 'card' | 'certificate', registrationId: string, language: Language): Promise<Uint8Array> {
    const { pool } = this.deps;
    return pool.admit(async () => {
      const { print, pattern } = await this.gather(registrationId, WITNESS_MS);
      if (kind === 'certificate' && print.registeredOn === null)
        throw refused(`is ${print.state}`, 'register it first');
      const copy = await this.deps.depositCopies.get(pattern.pictureDigest);
      const picture = await printPicture(copy, PICTURE.side, PICTURE.quality);
      return pool.write({ kind, print, picture, language });
    });
  }

  private async gather(registrationId: string, waitMs: number) {
    const { registry, entries, digest } = this.deps;
    const registration = await registry.find(registrationId);
    const pattern = registration && (await registry.findPattern(registration.patternId));
    if (!pattern) {
      const problem = 'names no registration of this province';
      throw new RegistryError('NOT_FOUND', 'registrationId', problem, 'look it up in the list');
    }
    const steps = historyOf(await entries.ofRegistration(registrationId)).map(({ state, at, entry }) => ({
      state,
      at,
      entry,
    }));
    const facts = steps.length === 0 ? null : factsOf(registration, pattern, steps);
    const receipts = await this.receiptsOf(registrationId, steps, waitMs);
    const latest = receipts.length === steps.length ? receipts.at(-1) : undefined;
    const print = printOf(registration, pattern, {
      steps,
      factsDigest: facts && cardDigest(digest, facts),
      entry: latest === undefined ? null : entryOf(latest),
      witnessed: latest !== undefined,
      printedAt: this.deps.clock.now().toISOString(),
    });
    return { facts, receipts, print, pattern };
  }

  /** Of each step, as far as they are witnessed. */
  private async receiptsOf(
    registrationId: string,
    steps: CardFacts['steps'],
    waitMs: number,
  ): Promise<string[]> {
    if (steps.length === 0) return [];
    const wanted = steps.map(({ state }) => ({
      checkId: registrationId,
      type: ENTRY_TYPES[state],
      digest: '',
    }));
    const given = await this.deps.ownLog.receipts(wanted, waitMs);
    return given.flatMap((one) => (one.kind === 'receipt' && one.witnessed ? [one.text] : []));
  }
}

function factsOf(
  { province, registrationId, registrationNumber }: Registration,
  { pictureDigest }: Pattern,
  steps: CardFacts['steps'],
): CardFacts {
  return { province, registrationId, registrationNumber, pictureDigest, steps };
}

function printOf(
  registration: Registration,
  { pictureDigest }: Pattern,
  rest: Pick<CardPrint, 'steps' | 'factsDigest' | 'entry' | 'witnessed' | 'printedAt'>,
): CardPrint {
  const { registrationId, registrationNumber, province, state, title, category, owner } = registration;
  const { completedOn, firstPublishedOn, registeredOn, filedAt, reason } = registration;
  return {
    ...{ registrationId, registrationNumber, province, state, title, category, owner },
    ...{ completedOn, firstPublishedOn, registeredOn, filedAt, reason, pictureDigest },
    ...rest,
  };
}

function refused(problem: string, remedy: string): RegistryError {
  return new RegistryError('WRONG_STATE', 'registrationId', problem, remedy);
}
