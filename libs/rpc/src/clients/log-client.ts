import type { Directory } from '#libs/federation-log';
import type { TlsIdentity } from '../credentials.js';
import {
  LogServiceService as Log,
  MissingReceipt,
  type ReceiptResult,
} from '../generated/weft/log/v1/log.js';
import { boundedDetail } from '../limits.js';
import { Connections } from './party-connection.js';

/** Most bytes of a file of a log: a bundle of 256 entries of 65,535 bytes. */
const MAX_FILE_BYTES = 256 * 65_537;

/** An entry to get a receipt of. */
export interface ReceiptQuery {
  readonly checkId: string;
  readonly type: string;
  /** That the entry mentions; empty for any. */
  readonly digest: string;
}

/** A receipt as it came, not verified, or why there is none. */
export type ReceiptAnswer =
  | { readonly kind: 'receipt'; readonly text: string }
  | { readonly kind: 'missing'; readonly why: 'NO_ENTRY' | 'NOT_SIGNED' };

/** A member's way to the others' logs and to the coordinator's. */
export interface RpcLogClient {
  /**
   * One answer for each query, in their order.
   * @param party province id or "coordinator"
   * @param queries 1 to 16
   * @param waitMs for cosignatures, at most 5,000; some time before the deadline
   * @throws Error in one sentence if the party did not answer by the deadline
   */
  receipts(
    party: string,
    queries: readonly ReceiptQuery[],
    waitMs: number,
    deadline: Date,
  ): Promise<ReceiptAnswer[]>;
  /**
   * A whole file of a log by its path below the log's prefix.
   * @throws Error in one sentence if there is none, or the party did not answer by the deadline
   */
  readFile(party: string, path: string, deadline: Date): Promise<Uint8Array>;
  close(): void;
}

/** Reaches every log of this directory, each on one persistent connection. */
export function createLogClient(directory: Directory, identity: TlsIdentity): RpcLogClient {
  const connections = new Connections(
    [...directory.members, { ...directory.coordinator, province: 'coordinator' }],
    identity,
  );
  return {
    async receipts(party, queries, waitMs, deadline) {
      const { results } = await told(
        connections.to(party).unary(Log.getReceipts, { queries: [...queries], waitMs }, deadline),
      );
      if (results.length !== queries.length) {
        throw new Error(`gave ${results.length} results to ${queries.length} queries`);
      }
      return results.map(answerOf);
    },
    async readFile(party, path, deadline) {
      const parts: Buffer[] = [];
      let [read, size] = [0, Infinity];
      while (read < size) {
        const part = await told(
          connections.to(party).unary(Log.readFile, { path, offset: String(read) }, deadline),
        );
        size = Number(part.size);
        if (!(size <= MAX_FILE_BYTES) || (part.content.length === 0 && read < size)) {
          throw new Error(`gave ${path} in a way that does not end`);
        }
        parts.push(part.content);
        read += part.content.length;
      }
      return Buffer.concat(parts);
    },
    close: () => connections.close(),
  };
}

function answerOf({ result }: ReceiptResult): ReceiptAnswer {
  if (result?.$case === 'receipt') return { kind: 'receipt', text: result.value.toString('utf8') };
  const signed = result?.value !== MissingReceipt.MISSING_RECEIPT_NOT_SIGNED;
  return { kind: 'missing', why: signed ? 'NO_ENTRY' : 'NOT_SIGNED' };
}

async function told<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    const reason = error instanceof Error ? boundedDetail(error.message) : 'the call failed';
    throw new Error(`did not answer (${reason})`, { cause: error });
  }
}
