import { logOriginOf, type TreeHasher, type TrustedLog, type Wait } from '#libs/federation-log';
import type {
  AuditLog,
  Clock,
  DueReceipt,
  ReceiptOutcome,
  ReceiptStore,
  SettledReceipt,
} from '#libs/registry';
import type { ReceiptAnswer, ReceiptQuery } from '#libs/rpc';
import type { Logger } from 'pino';
import { ENTRY_TYPES, rememberCheckpoints, verifyCheckReceipt } from './verify-receipt.js';

/** Receipts asked for in one call. */
const PAGE = 16;
/** How long a log may wait for its witnesses before it gives what it has. */
const WAIT_MS = 1_500;
/** And how long this node waits for the answer. */
const CALL_MS = 3_000;
/** Longest sleep while nothing tells that something may be due. */
const LOOK_MS = 1_000;
/** Waits before a receipt is asked for again, the next twice as long each time. */
const RETRY_MS = { first: 500, most: 60_000 };
/** A receipt that has not come by then is no longer asked for. */
const GIVE_UP_MS = 24 * 3_600_000;
/** The attempt after which a missing receipt is an event. */
const TELL_AT = 5;

/** Gives receipts of one party's log; of this node's own log without a call. */
export type AskReceipts = (
  party: string,
  queries: readonly ReceiptQuery[],
  waitMs: number,
  deadline: Date,
) => Promise<readonly ReceiptAnswer[]>;

/** What receipts are collected with. */
export interface ReceiptCollectorDeps {
  readonly hasher: TreeHasher;
  readonly logs: ReadonlyMap<string, TrustedLog>;
  readonly receipts: ReceiptStore;
  readonly ask: AskReceipts;
  readonly log: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly wait: Wait;
}

/**
 * Gets the receipts of this node's checks after the checks were answered: a loop for each log, so that a silent party holds up no
 * other's receipts. What is due is in the database; a node that was stopped goes on where it was.
 */
export class ReceiptCollector {
  private readonly ending = new AbortController();
  private readonly open = rememberCheckpoints();
  private sleeping = new Set<AbortController>();
  private work: Promise<unknown> = Promise.resolve();

  constructor(private readonly deps: ReceiptCollectorDeps) {}

  start(): void {
    this.work = Promise.all([...this.deps.logs.values()].map((log) => this.collect(log)));
  }

  /** The node's own log was witnessed: of the checks that it tells of, the receipts are there to be had, all of one party in one call. */
  wake(): void {
    for (const sleep of this.sleeping) sleep.abort();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    this.wake();
    await this.work;
  }

  private async collect(log: TrustedLog): Promise<void> {
    const { receipts, clock, logger } = this.deps;
    while (!this.ending.signal.aborted) {
      const sleep = new AbortController();
      this.sleeping.add(sleep);
      try {
        const due = await receipts.due(log.party, PAGE, clock.now());
        if (due.length > 0) await this.ask(log, due);
        else await this.deps.wait(LOOK_MS, sleep.signal);
      } catch (error) {
        logger.error({ err: error, party: log.party }, 'receipts could not be kept; trying again');
        await this.deps.wait(LOOK_MS, this.ending.signal);
      } finally {
        this.sleeping.delete(sleep);
      }
    }
  }

  private async ask(log: TrustedLog, due: readonly DueReceipt[]): Promise<void> {
    const { clock, ask } = this.deps;
    const queries = due.map(({ checkId, about, digest }) => ({ checkId, type: ENTRY_TYPES[about], digest }));
    const deadline = new Date(clock.now().getTime() + CALL_MS);
    const answers = await ask(log.party, queries, WAIT_MS, deadline).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    const settled = due.map((one, place): SettledReceipt => {
      const answer = typeof answers === 'string' ? answers : answers[place];
      return { due: one, outcome: this.outcomeOf(log, one, answer ?? 'did not answer') };
    });
    await this.deps.receipts.settle(settled, clock.now());
    for (const { due: one, outcome } of settled) {
      const missing = outcome.state !== 'WITNESSED' && one.attempts + 1 === TELL_AT;
      if (outcome.state === 'INVALID' || missing) await this.tell(one, outcome);
    }
  }

  private outcomeOf(log: TrustedLog, due: DueReceipt, answer: ReceiptAnswer | string): ReceiptOutcome {
    const nextAt = this.nextAt(due);
    const pending = (detail: string): ReceiptOutcome => ({ state: 'PENDING', detail, receipt: null, nextAt });
    if (typeof answer === 'string') return pending(`${due.party} ${answer}`);
    if (answer.kind === 'missing') {
      return pending(
        answer.why === 'NO_ENTRY'
          ? `the log of ${due.party} holds no such entry`
          : `no checkpoint of ${due.party} covers the entry yet`,
      );
    }
    const verified = verifyCheckReceipt(this.deps.hasher, log, due, answer.text, this.open);
    return { ...verified, nextAt: verified.state === 'UNWITNESSED' ? nextAt : null };
  }

  private nextAt({ attempts, since }: DueReceipt): Date | null {
    const now = this.deps.clock.now().getTime();
    if (now - Date.parse(since) > GIVE_UP_MS) return null;
    return new Date(now + Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** Math.min(attempts, 16)));
  }

  private async tell(due: DueReceipt, { state, detail }: ReceiptOutcome): Promise<void> {
    const { log, clock, logger } = this.deps;
    const { checkId, party, about } = due;
    logger[state === 'INVALID' ? 'error' : 'warn'](
      { checkId, party, about, state, detail },
      state === 'INVALID' ? 'a receipt is not what it should be' : 'a receipt does not come',
    );
    await log.append({
      type: 'receipt.refused',
      outcome: 'failure',
      actor: { kind: 'program', name: 'province-node' },
      at: clock.now().toISOString(),
      subject: checkId,
      details: { log: logOriginOf(party), about, state },
    });
  }
}
