import type { ClientDuplexStream } from '@grpc/grpc-js';
import { once } from 'node:events';
import { RegistryError, type BatchEvent, type SignedQuestion } from '#libs/registry';
import {
  DuplicateCheckServiceService as DuplicateCheck,
  type CheckBatchRequest,
  type CheckBatchResponse,
} from '../generated/weft/check/v1/check.js';
import { MAX_STREAM_MS, STREAM_SILENCE_MS, boundedDetail } from '../limits.js';
import { federationUnavailable, replyFromWire } from './coordinator-words.js';
import type { PartyConnection } from './party-connection.js';

/** One question of a batch under its caller's name. */
export interface BatchQuestion {
  readonly itemId: string;
  readonly question: SignedQuestion;
}

type Call = ClientDuplexStream<CheckBatchRequest, CheckBatchResponse>;

/**
 * Sends questions as fast as the coordinator takes them and gives its events as they come. Silence is bounded: the
 * coordinator reports progress every second, so a stream that says nothing for 15 seconds has failed.
 *
 * @throws RegistryError FEDERATION_UNAVAILABLE if the stream fails; whatever `items` throws
 */
export async function* openBatch(
  coordinator: PartyConnection,
  items: AsyncIterable<BatchQuestion>,
): AsyncGenerator<BatchEvent, void> {
  const deadline = new Date(Date.now() + MAX_STREAM_MS);
  const used = await coordinator.reach(deadline);
  const call = open(used, deadline);
  const ended = new AbortController();
  const source: { failure?: unknown } = {};
  const sending = send(call, items, ended.signal).catch((error: unknown) => {
    source.failure = error;
    call.cancel();
  });
  let silent = false;
  const listen = () =>
    setTimeout(() => {
      silent = true;
      call.cancel();
    }, STREAM_SILENCE_MS);
  let silence = listen();
  try {
    const responses: AsyncIterable<CheckBatchResponse> = call;
    for await (const response of responses) {
      clearTimeout(silence);
      const event = eventOf(response);
      if (event) yield event;
      silence = listen();
    }
    ended.abort();
    await sending;
  } catch (error) {
    if ('failure' in source) throw source.failure;
    // The next batch goes to another of its addresses.
    if (silent || coordinator.isBrokenOff(used, error)) coordinator.leave(used);
    throw silent ? stalled() : federationUnavailable(error);
  } finally {
    clearTimeout(silence);
    ended.abort();
    call.cancel();
  }
}

/** @throws RegistryError FEDERATION_UNAVAILABLE where nobody may be asked now */
function open({ connection }: Awaited<ReturnType<PartyConnection['reach']>>, deadline: Date): Call {
  try {
    return connection.stream(DuplicateCheck.checkBatch, deadline);
  } catch (error) {
    throw federationUnavailable(error);
  }
}

async function send(call: Call, items: AsyncIterable<BatchQuestion>, ended: AbortSignal): Promise<void> {
  for await (const { itemId, question } of items) {
    if (ended.aborted) return;
    const { questionJws, fingerprint } = question;
    const accepted = call.write({ itemId, check: { questionJws, fingerprint: Buffer.from(fingerprint) } });
    if (!accepted) await drained(call, ended);
  }
  call.end();
}

/** Waits until the call takes more, or has ended. */
async function drained(call: Call, ended: AbortSignal): Promise<void> {
  if (ended.aborted) return;
  const stop = new AbortController();
  const signal = AbortSignal.any([ended, stop.signal]);
  try {
    await Promise.race([once(call, 'drain', { signal }), once(call, 'close', { signal })]);
  } catch (error) {
    if (!ended.aborted) throw error;
  } finally {
    stop.abort();
  }
}

function eventOf({ event }: CheckBatchResponse): BatchEvent | undefined {
  if (event === undefined) return undefined;
  if (event.$case === 'progress') return { kind: 'progress', ...event.value };
  const { itemId, result } = event.value;
  switch (result?.$case) {
    case 'response':
      return { kind: 'result', itemId, reply: replyFromWire(result.value) };
    case 'refusal':
      return { kind: 'refused', itemId, detail: boundedDetail(result.value.detail) };
    case undefined:
      return { kind: 'refused', itemId, detail: 'the coordinator gave neither a result nor a reason' };
  }
}

function stalled(): RegistryError {
  return new RegistryError(
    'FEDERATION_UNAVAILABLE',
    'coordinator',
    `was silent for ${STREAM_SILENCE_MS / 1_000} seconds in a batch`,
    'try again when it can be reached',
  );
}
