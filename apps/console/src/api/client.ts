import type { z } from 'zod';
import { errorSchema, sessionSchema, type Session } from './schemas.js';
import { awaitNewSession, currentSession } from './session.js';

const CALL_MS = 20_000;
/** For a call that brings a picture or compares two. */
export const LONG_CALL_MS = 120_000;

/** What the node said no to, in its own words; `code` is UNREACHABLE where no answer came. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly code: string,
    readonly field: string,
    readonly problem: string,
    readonly remedy: string,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(`${field}: ${problem}`);
  }

  /** Whether the same call may well succeed in a moment. */
  get passing(): boolean {
    return ['UNREACHABLE', 'TOO_MANY', 'INTERNAL', 'FEDERATION_UNAVAILABLE', 'INDEX_UNAVAILABLE'].includes(
      this.code,
    );
  }
}

export interface CallOptions {
  readonly method?: 'GET' | 'POST' | 'PUT';
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly body?: Blob | FormData;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls the node's API and reads its answer by this schema. A session that has ended is waited for, and the call made again.
 * @throws ApiProblem
 */
export async function call<T>(path: string, schema: z.ZodType<T>, options: CallOptions = {}): Promise<T> {
  const response = await withSession(path, options);
  const parsed = schema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new ApiProblem('UNREADABLE', 'answer', parsed.error.message.slice(0, 300), '');
  return parsed.data;
}

/** Gets a file with the session's token, which an address in the page could not carry. @throws ApiProblem */
export async function callForFile(path: string, signal?: AbortSignal): Promise<Blob> {
  return (await withSession(path, { signal })).blob();
}

/** Gets a file that may be looked at until its `Expires`. @throws ApiProblem */
export async function callForLent(path: string, json: unknown): Promise<{ file: Blob; until: Date }> {
  const response = await withSession(path, { method: 'POST', json });
  const until = new Date(response.headers.get('expires') ?? '');
  return { file: await response.blob(), until };
}

/** @throws ApiProblem UNAUTHENTICATED, TOO_MANY */
export async function logIn(user: string, password: string): Promise<Session> {
  const response = await send('/api/v1/session', { method: 'POST', json: { user, password } }, undefined);
  if (!response.ok) throw await problemOf(response);
  return sessionSchema.parse(await response.json());
}

async function withSession(path: string, options: CallOptions): Promise<Response> {
  for (;;) {
    const token = currentSession()?.token;
    const response = await send(path, options, token);
    if (response.ok) return response;
    if (response.status !== 401) throw await problemOf(response);
    await awaitNewSession(token);
  }
}

async function send(path: string, options: CallOptions, token: string | undefined): Promise<Response> {
  const { method = 'GET', json, body, timeoutMs = CALL_MS, signal } = options;
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await fetch(path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: json === undefined ? (body ?? null) : JSON.stringify(json),
      signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem('UNREACHABLE', 'node', String(error), '');
  }
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const wait = Number(response.headers.get('retry-after')) || null;
  const parsed = errorSchema.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) return new ApiProblem('INTERNAL', 'server', `HTTP ${response.status}`, '', wait);
  const { code, field, problem, remedy } = parsed.data.error;
  return new ApiProblem(code, field, problem, remedy, wait);
}
