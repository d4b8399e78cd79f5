import { z } from 'zod';
import { RegistryError } from '#libs/registry';
import {
  MissingReceipt,
  type GetReceiptsRequest,
  type GetReceiptsResponse,
  type ReadFileRequest,
  type ReadFileResponse,
} from '../generated/weft/log/v1/log.js';

const MAX_QUERIES = 16;
const MAX_WAIT_MS = 5_000;
const PART_BYTES = 524_288;
/** Calls for receipts that wait at once; more are refused. */
const MAX_OPEN = 64;

const querySchema = z.object({
  checkId: z.uuid(),
  type: z.enum(['member.answered', 'check.judged', 'check.asked', 'member.asked']),
  digest: z.string().regex(/^(sha256:[0-9a-f]{64})?$/),
});

/** What a log's own desk gives for a query. */
type Given =
  | { readonly kind: 'receipt'; readonly text: string }
  | { readonly kind: 'missing'; readonly why: 'NO_ENTRY' | 'NOT_SIGNED' };

/** What the calls of LogService are answered from. */
export interface LogSource {
  receipts(queries: readonly z.infer<typeof querySchema>[], waitMs: number): Promise<readonly Given[]>;
  /** Null if the log has no such file. */
  readFile(path: string): Promise<Uint8Array | null>;
}

/** The calls of LogService, for a node and the coordinator alike. */
export class LogHandlers {
  private open = 0;

  constructor(private readonly source: LogSource) {}

  /** @throws RegistryError INVALID_INPUT, TOO_MANY */
  async getReceipts({ queries, waitMs }: GetReceiptsRequest): Promise<GetReceiptsResponse> {
    const parsed = z.array(querySchema).min(1).max(MAX_QUERIES).safeParse(queries);
    if (!parsed.success) {
      const field = `queries.${parsed.error.issues[0]?.path.join('.') ?? ''}`;
      throw new RegistryError(
        'INVALID_INPUT',
        field,
        'is not in its form',
        `send 1 to ${MAX_QUERIES} queries`,
      );
    }
    if (this.open >= MAX_OPEN) {
      throw new RegistryError('TOO_MANY', 'queries', 'too many calls wait already', 'ask again later');
    }
    this.open += 1;
    try {
      const given = await this.source.receipts(parsed.data, Math.min(waitMs, MAX_WAIT_MS));
      return { results: given.map((one) => ({ result: toWire(one) })) };
    } finally {
      this.open -= 1;
    }
  }

  /** @throws RegistryError NOT_FOUND, INVALID_INPUT */
  async readFile({ path, offset }: ReadFileRequest): Promise<ReadFileResponse> {
    const bytes = path.length <= 256 ? await this.source.readFile(path) : null;
    if (bytes === null) {
      throw new RegistryError('NOT_FOUND', 'path', 'is no file of this log', 'begin with "checkpoint"');
    }
    const start = Number(offset);
    if (start > bytes.length) {
      throw new RegistryError('INVALID_INPUT', 'offset', `is beyond ${bytes.length}`, 'read from 0 on');
    }
    return { content: Buffer.from(bytes.slice(start, start + PART_BYTES)), size: String(bytes.length) };
  }
}

function toWire(given: Given) {
  return given.kind === 'receipt'
    ? ({ $case: 'receipt', value: Buffer.from(given.text) } as const)
    : ({
        $case: 'missing',
        value:
          given.why === 'NO_ENTRY'
            ? MissingReceipt.MISSING_RECEIPT_NO_ENTRY
            : MissingReceipt.MISSING_RECEIPT_NOT_SIGNED,
      } as const);
}
