import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { oneLine, Problem } from '../problem.js';
import {
  batchReportSchema,
  checkReportSchema,
  logStateReportSchema,
  membersReportSchema,
  nodeErrorSchema,
  openedBatchSchema,
  receiptedCheckSchema,
  sessionSchema,
  statisticsReportSchema,
  type BatchItem,
  type CheckReport,
  type LogStateReport,
  type MembersReport,
  type ReceiptedCheck,
  type StatisticsReport,
} from './check-report.js';

const CALL_MS = 30_000;
const POLL_MS = 300;
/** A session is renewed when less than this remains of it. */
const RENEW_BEFORE_MS = 60_000;

/** How to be somebody at a node: a user with a password, or a token that is there already. */
export type Credentials = { readonly user: string; readonly password: string } | { readonly token: string };

/** One picture to check. */
export interface PictureFile {
  /** For messages; the file's name. */
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A province node's HTTP API, every call with a deadline; logs in when needed. */
export class NodeClient {
  #token: { readonly text: string; readonly until: number } | undefined;

  /** @param origin "http://host:port" */
  constructor(
    readonly origin: string,
    readonly credentials: Credentials,
  ) {}

  /**
   * One duplicate check.
   * @param registrationId the application under check, which is not to find itself
   * @throws Problem with the node's field, problem and remedy
   */
  async check(picture: PictureFile, registrationId?: string): Promise<CheckReport> {
    const form = new FormData();
    form.set('picture', new Blob([picture.bytes]), picture.name);
    if (registrationId !== undefined) form.set('registrationId', registrationId);
    return this.#call('POST', '/api/v1/checks', checkReportSchema, form);
  }

  /**
   * A file of the node's log by its path below /log/, such as "checkpoint".
   * @throws Problem with the node's field, problem and remedy
   */
  async logFile(path: string): Promise<Uint8Array> {
    return this.#bytes(`/log/${path}`);
  }

  /**
   * The evidence bundle of a check, as it is.
   * @param disclose whether it opens what the province's entries commit to
   * @throws Problem
   */
  async evidence(checkId: string, disclose = false): Promise<Uint8Array> {
    return this.#bytes(
      `/api/v1/checks/${encodeURIComponent(checkId)}/evidence${disclose ? '?disclose=true' : ''}`,
    );
  }

  /** The report of a check or a batch, as it is. @param language of a PDF @throws Problem */
  async report(
    kind: 'check' | 'batch',
    id: string,
    format: 'pdf' | 'xlsx' | 'json',
    language: 'zh' | 'en',
  ): Promise<Uint8Array> {
    const path = `/api/v1/${kind === 'check' ? 'checks' : 'check-batches'}/${encodeURIComponent(id)}/report.${format}`;
    return this.#bytes(format === 'pdf' ? `${path}?lang=${language}` : path);
  }

  /** The node's figures of these months. @throws Problem */
  async statistics(from: string, to: string): Promise<StatisticsReport> {
    const query = new URLSearchParams({ from, to });
    return this.#call('GET', `/api/v1/statistics?${query.toString()}`, statisticsReportSchema);
  }

  /** The registrations of a month in the national form, XLSX. @throws Problem */
  async monthlyTable(month: string): Promise<Uint8Array> {
    return this.#bytes(`/api/v1/statistics/monthly.xlsx?month=${encodeURIComponent(month)}`);
  }

  async #bytes(path: string): Promise<Uint8Array> {
    const response = await this.#fetch('GET', path, await this.#authorization());
    if (!response.ok) await this.#read(response, z.never());
    try {
      return new Uint8Array(await response.arrayBuffer());
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  /** A check that was made before, with its receipts as they are now. @throws Problem */
  async readCheck(checkId: string): Promise<ReceiptedCheck> {
    return this.#call('GET', `/api/v1/checks/${encodeURIComponent(checkId)}`, receiptedCheckSchema);
  }

  /** The node's log, its witnesses, and what it witnesses and copies. @throws Problem */
  async logState(): Promise<LogStateReport> {
    return this.#call('GET', '/api/v1/log-state', logStateReportSchema);
  }

  /** The members of the federation as the node sees them now. @throws Problem */
  async members(): Promise<MembersReport> {
    return this.#call('GET', '/api/v1/members', membersReportSchema);
  }

  /**
   * A batch: pictures go up one after the other, then all are checked.
   * @param pictures 1 to 10,000, each read when its turn comes; names are unique
   * @param progress told of the number of items finished
   * @returns every item, in the order sent
   * @throws Problem
   */
  async checkBatch(
    count: number,
    pictures: AsyncIterable<PictureFile>,
    progress: (finished: number) => void,
  ): Promise<BatchItem[]> {
    const opened = await this.#call('POST', '/api/v1/check-batches', openedBatchSchema, { count });
    const path = `/api/v1/check-batches/${encodeURIComponent(opened.batchId)}`;
    for await (const { name, bytes } of pictures) {
      await this.#call('PUT', `${path}/pictures/${encodeURIComponent(name)}`, z.unknown(), bytes);
    }
    await this.#call('POST', `${path}/start`, z.unknown());
    await this.#untilFinished(path, count, progress);
    return this.#batchItems(path, count);
  }

  async #untilFinished(path: string, count: number, progress: (finished: number) => void): Promise<void> {
    for (let last = -1, since = Date.now(); ; await pause(POLL_MS)) {
      const { finished } = await this.#call('GET', `${path}?limit=1`, batchReportSchema);
      if (finished !== last) {
        last = finished;
        since = Date.now();
        progress(finished);
      }
      if (finished >= count) return;
      if (Date.now() - since > CALL_MS) {
        throw new Problem(
          this.origin,
          `the batch has stood at ${last} of ${count} for ${CALL_MS / 1_000} s`,
          "look at the node's log, then check again",
        );
      }
    }
  }

  async #batchItems(path: string, count: number): Promise<BatchItem[]> {
    const items: BatchItem[] = [];
    while (items.length < count) {
      const after = items.at(-1)?.place;
      const query = after === undefined ? '' : `?after=${after}`;
      const page = await this.#call('GET', path + query, batchReportSchema);
      if (page.items.length === 0) break;
      items.push(...page.items);
    }
    return items;
  }

  async #call<T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    const response = await this.#fetch(method, path, await this.#authorization(), body);
    return this.#read(response, schema);
  }

  async #authorization(): Promise<string> {
    if ('token' in this.credentials) return this.credentials.token;
    if (this.#token === undefined || this.#token.until < Date.now()) {
      const { user, password } = this.credentials;
      const response = await this.#fetch('POST', '/api/v1/session', undefined, { user, password });
      const session = await this.#read(response, sessionSchema);
      this.#token = { text: session.token, until: Date.parse(session.expiresAt) - RENEW_BEFORE_MS };
    }
    return this.#token.text;
  }

  async #fetch(method: string, path: string, token: string | undefined, body?: object): Promise<Response> {
    const headers = new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` });
    const init: RequestInit = { method, headers, signal: AbortSignal.timeout(CALL_MS), redirect: 'error' };
    if (body instanceof FormData) init.body = body;
    else if (body instanceof Uint8Array) {
      headers.set('content-type', 'application/octet-stream');
      init.body = body;
    } else if (body) {
      headers.set('content-type', 'application/json');
      init.body = JSON.stringify(body);
    }
    try {
      return await fetch(`${this.origin}${path}`, init);
    } catch (error) {
      throw this.#unreachable(error);
    }
  }

  async #read<T>(response: Response, schema: z.ZodType<T>): Promise<T> {
    const value = await this.#json(response);
    if (!response.ok) {
      const told = nodeErrorSchema.safeParse(value).data?.error;
      if (told) throw new Problem(told.field, told.problem, told.remedy, { code: told.code });
      throw new Problem(
        this.origin,
        `answered HTTP ${response.status}`,
        "check WEFT_NODE_URL and the node's log",
      );
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const field = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new Problem(
      this.origin,
      `its answer has not the expected form in "${field}"`,
      "use a weft of the node's version",
    );
  }

  async #json(response: Response): Promise<unknown> {
    try {
      const text = await response.text();
      return text === '' ? undefined : JSON.parse(text);
    } catch (error) {
      if (error instanceof SyntaxError) return undefined;
      throw this.#unreachable(error);
    }
  }

  #unreachable(error: unknown): Problem {
    if (error instanceof DOMException && error.name === 'TimeoutError') {
      return new Problem(
        this.origin,
        `gave no answer within ${CALL_MS / 1_000} s`,
        'see "weft status" and the node\'s log',
        { cause: error },
      );
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = cause instanceof Error ? oneLine(cause.message) : String(cause);
    return new Problem(
      this.origin,
      `cannot be reached (${reason})`,
      'start it with "npm start", or set WEFT_NODE_URL',
      { cause: error },
    );
  }
}
