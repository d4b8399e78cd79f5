import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { NodeClient } from '../../../apps/cli/src/client/node-client.js';
import type { CheckReport } from '../../../apps/cli/src/client/check-report.js';
import type { Ledger } from './ledger.js';

const CALL_MS = 20_000;
/** After a request that failed, and between two that did not. */
const AFTER_FAILURE_MS = 200;
const BETWEEN_MS = 60;

const session = z.object({ token: z.string() });
const registration = z.object({ registrationId: z.uuid() });
const decision = z.object({ decisionId: z.uuid() });

/** An examiner at work at a node that may die at any moment: files, checks and decides, and notes what was acknowledged. */
export class Examiner {
  private readonly ending = new AbortController();
  private readonly node: NodeClient;
  private token: string | undefined;
  private work: Promise<void>[] = [];
  private count = 0;

  /** @param pictures of which each request gets one, made different by some bytes after its end */
  constructor(
    private readonly province: string,
    private readonly origin: string,
    private readonly person: { readonly user: string; readonly password: string },
    private readonly pictures: readonly Uint8Array[],
    private readonly ledger: Ledger,
  ) {
    this.node = new NodeClient(origin, person);
  }

  start(): void {
    this.work = [
      this.repeat('filing', () => this.file()),
      this.repeat('checking', () => this.checkAndDecide()),
    ];
  }

  /** Resolves when what it has begun is answered. */
  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.work);
  }

  /** One check. */
  async check(): Promise<CheckReport> {
    const check = await this.node.check({ name: 'picture.jpg', bytes: this.picture() });
    this.ledger.checks.push({ province: this.province, check });
    return check;
  }

  /** One check, and an examiner's decision on it. */
  private async checkAndDecide(): Promise<void> {
    const { checkId } = await this.check();
    const body = JSON.stringify({ kind: 'needs-more', reason: '再看一次' });
    const headers = { 'content-type': 'application/json' };
    const { decisionId } = decision.parse(
      await this.post(`/api/v1/checks/${checkId}/decisions`, body, headers),
    );
    this.ledger.decisions.push({ province: this.province, checkId, decisionId });
  }

  private async file(): Promise<void> {
    const form = new FormData();
    form.set('picture', new Blob([this.picture()]), 'picture.jpg');
    const work = { title: '缠枝莲纹', category: 'F', owner: '演示纺织有限公司', completedOn: '2024-03-01' };
    for (const [field, value] of Object.entries(work)) form.set(field, value);
    form.set('centre', '');
    const { registrationId } = registration.parse(await this.post('/api/v1/applications', form));
    this.ledger.registrations.push({ province: this.province, registrationId });
  }

  private async repeat(what: string, once: () => Promise<void>): Promise<void> {
    while (!this.ending.signal.aborted) {
      try {
        await once();
        await pause(BETWEEN_MS);
      } catch (error) {
        // What was not acknowledged may be there or not; what counts is that it is not half there.
        this.ledger.noteFailure(what);
        if (error instanceof z.ZodError) throw error;
        await pause(AFTER_FAILURE_MS);
      }
    }
  }

  private picture(): Uint8Array {
    this.count += 1;
    const picture = this.pictures[this.count % this.pictures.length];
    if (!picture) throw new RangeError('an examiner needs pictures');
    return Buffer.concat([picture, Buffer.from(`${this.province} ${this.count} ${Math.random()}`)]);
  }

  private async post(
    path: string,
    body: string | FormData,
    headers: Record<string, string> = {},
  ): Promise<unknown> {
    this.token ??= session.parse(
      await this.send('/api/v1/session', JSON.stringify(this.person), { 'content-type': 'application/json' }),
    ).token;
    return this.send(path, body, { ...headers, authorization: `Bearer ${this.token}` });
  }

  private async send(
    path: string,
    body: string | FormData,
    headers: Record<string, string>,
  ): Promise<unknown> {
    const signal = AbortSignal.timeout(CALL_MS);
    const response = await fetch(`${this.origin}${path}`, { method: 'POST', body, headers, signal });
    const text = await response.text();
    if (response.status === 401) this.token = undefined;
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text);
  }
}
