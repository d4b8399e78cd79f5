import { once } from 'node:events';
import { status, type ServerDuplexStream } from '@grpc/grpc-js';
import {
  Busy,
  MAX_BATCH_ITEMS,
  MAX_QUERIES_PER_CALL,
  QuestionRefused,
  RegistryError,
  type AcceptedQuestion,
} from '#libs/registry';
import { toRpcStatus, type BatchItem, type CheckBatchRequest, type CheckBatchResponse } from '#libs/rpc';
import type { CheckDesk } from '../desk.js';
import { callDeadline } from './check-deadline.js';
import { checkResponse } from './check-response.js';

/** Calls to the members on their way at once. */
const OPEN_GROUPS = 4;
/** Items that may wait; then the stream is not read on. */
const MAX_WAITING = 128;
const PROGRESS_MS = 1_000;

export type BatchCall = ServerDuplexStream<CheckBatchRequest, CheckBatchResponse>;

/**
 * One batch: reads items no faster than the members answer, asks in groups of up to 64, and writes each result as it
 * comes, with progress every second.
 */
export class BatchRun {
  private readonly names = new Set<string>();
  private readonly waiting: CheckBatchRequest[] = [];
  private readonly open = new Set<Promise<void>>();
  private finished = 0;
  private room: Promise<void> | undefined;
  private failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly desk: CheckDesk,
    private readonly call: BatchCall,
    private readonly peer: string,
  ) {}

  /**
   * Ends when every item has its result.
   * @throws RegistryError INVALID_INPUT for 0 or too many items or a name used twice; whatever a result failed of
   */
  async run(): Promise<void> {
    if (callDeadline(this.call).length === 0) {
      throw new RegistryError('INVALID_INPUT', 'deadline', 'the call has none', 'set one');
    }
    const progress = setInterval(() => void this.reportProgress(), PROGRESS_MS);
    try {
      for await (const request of this.items()) {
        this.take(request);
        this.startGroups();
        while (this.waiting.length >= MAX_WAITING && this.open.size > 0) await Promise.race(this.open);
        this.failIfFailed();
      }
      while (this.open.size > 0) await Promise.race(this.open);
      this.failIfFailed();
      if (this.names.size === 0) throw refusedItems('is empty', `send 1 to ${MAX_BATCH_ITEMS} items`);
      await this.reportProgress();
    } finally {
      clearInterval(progress);
      this.waiting.length = 0;
    }
  }

  private items(): AsyncIterable<CheckBatchRequest> {
    // A cancelled call ends neither side of its stream by itself; a refused item must not end the stream without a status.
    this.call.once('cancelled', () => this.call.destroy());
    return this.call.iterator({ destroyOnReturn: false });
  }

  private take(request: CheckBatchRequest): void {
    const { itemId } = request;
    if (itemId.length === 0 || itemId.length > 64)
      throw refusedItems('has an item_id that is not 1 to 64 characters', 'name each item');
    if (this.names.has(itemId)) throw refusedItems(`has the item_id ${itemId} twice`, 'name each item once');
    if (this.names.size >= MAX_BATCH_ITEMS)
      throw refusedItems(`has more than ${MAX_BATCH_ITEMS} items`, 'send the rest in another batch');
    this.names.add(itemId);
    this.waiting.push(request);
  }

  /** Whatever waits goes with the next call to the members, so groups grow as the members slow down. */
  private startGroups(): void {
    while (this.open.size < OPEN_GROUPS && this.waiting.length > 0 && !this.failure) {
      const group = this.settle(this.waiting.splice(0, MAX_QUERIES_PER_CALL))
        .catch((error: unknown) => {
          this.failure ??= { error };
        })
        .finally(() => {
          this.open.delete(group);
          this.startGroups();
        });
      this.open.add(group);
    }
  }

  /** A group goes to the members in its province's turn, as a single question does. */
  private async settle(requests: readonly CheckBatchRequest[]): Promise<void> {
    try {
      await this.desk.inTurn(this.peer, callDeadline(this.call), () => this.settleNow(requests));
    } catch (error) {
      if (!(error instanceof Busy)) throw error;
      for (const { itemId } of requests) await this.writeRefusal(itemId, error);
    }
  }

  private async settleNow(requests: readonly CheckBatchRequest[]): Promise<void> {
    const accepted: (AcceptedQuestion & { itemId: string })[] = [];
    await Promise.all(
      requests.map(async ({ itemId, check }) => {
        try {
          const signed = check ?? { questionJws: '', fingerprint: Buffer.alloc(0) };
          accepted.push({ itemId, ...(await this.desk.accept(signed, this.peer)) });
        } catch (error) {
          if (!(error instanceof QuestionRefused)) throw error;
          await this.writeRefusal(itemId, error);
        }
      }),
    );
    if (accepted.length === 0) return;
    const replies = await this.desk.ask(accepted, callDeadline(this.call));
    for (const [place, reply] of replies.entries()) {
      const itemId = accepted[place]?.itemId ?? '';
      await this.writeItem({ itemId, result: { $case: 'response', value: checkResponse(reply) } });
    }
  }

  private writeRefusal(itemId: string, error: unknown): Promise<void> {
    const { code, details } = toRpcStatus(error);
    return this.writeItem({ itemId, result: { $case: 'refusal', value: { code, detail: details } } });
  }

  private writeItem(item: BatchItem): Promise<void> {
    this.finished += 1;
    return this.write({ event: { $case: 'item', value: item } });
  }

  private async reportProgress(): Promise<void> {
    if (this.call.writableNeedDrain) return;
    await this.write({
      event: { $case: 'progress', value: { received: this.names.size, finished: this.finished } },
    });
  }

  private async write(response: CheckBatchResponse): Promise<void> {
    if (this.call.writableEnded || this.call.destroyed || this.call.cancelled) return;
    if (!this.call.write(response)) await (this.room ??= this.untilRoom());
  }

  /** One wait for all that write: until the stream takes more, or is gone. */
  private async untilRoom(): Promise<void> {
    const over = new AbortController();
    const { signal } = over;
    try {
      await Promise.race([once(this.call, 'drain', { signal }), once(this.call, 'close', { signal })]);
    } finally {
      this.room = undefined;
      over.abort();
    }
  }

  private failIfFailed(): void {
    if (this.failure) throw this.failure.error;
  }
}

function refusedItems(problem: string, remedy: string): RegistryError {
  return new RegistryError('INVALID_INPUT', 'items', `the batch ${problem}`, remedy);
}

/** Ends a failed batch's stream with its status. */
export function endWith(call: BatchCall, error: unknown): void {
  if (call.cancelled) return;
  const { code, ...rest } = toRpcStatus(error);
  call.emit('error', Object.assign(new Error(rest.details), { code: code || status.INTERNAL, ...rest }));
}
