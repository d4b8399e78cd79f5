import {
  type BatchItem,
  type BatchState,
  type BatchStore,
  type Check,
  type CheckBatch,
  type CheckStore,
  type CheckSummary,
  type IncompleteCheck,
  type IncompleteChecks,
  noSuchBatch,
  type ReceivedPicture,
  RegistryError,
} from '#libs/registry';

const DAY_MS = 24 * 3_600_000;

/** Checks in memory, and those that wait to be asked again. */
export type FakeChecks = CheckStore & { readonly incomplete: IncompleteChecks };

function summaryOf({ check, askedBy }: { check: Check; askedBy: string }): CheckSummary {
  const { checkId, askedAt, finishedAt, verdict, complete, picture } = check;
  return { checkId, askedAt, finishedAt, askedBy, verdict, complete, picture };
}

export function createFakeChecks(): FakeChecks {
  const made = new Map<string, { check: Check; askedBy: string }>();
  const waiting = new Map<string, IncompleteCheck & { nextAt: number }>();
  return {
    async save(check, askedBy, fingerprinted) {
      if (made.has(check.checkId)) return;
      made.set(check.checkId, { check, askedBy });
      const before = waiting.get(check.supersedes ?? '');
      waiting.delete(check.supersedes ?? '');
      if (check.complete) return;
      const { checkId, askedAt, finishedAt } = check;
      const since = before?.since ?? askedAt;
      const nextAt = Date.parse(finishedAt);
      waiting.set(checkId, { checkId, askedBy, fingerprinted, attempts: 0, since, nextAt });
    },
    find: async (checkId) => made.get(checkId)?.check,
    async sequel(checkId) {
      const next = [...made.values()].find(({ check }) => check.supersedes === checkId);
      return { waits: waiting.has(checkId), supersededBy: next?.check.checkId ?? null };
    },
    async list(limit, after) {
      const order = ({ check }: { check: Check }) => `${check.askedAt} ${check.checkId}`;
      const last = after === undefined ? undefined : made.get(after);
      if (after !== undefined && !last) return [];
      return [...made.values()]
        .filter((one) => !last || order(one) < order(last))
        .sort((one, other) => (order(one) < order(other) ? 1 : -1))
        .slice(0, limit)
        .map(summaryOf);
    },
    async ofRegistration(registrationId, limit) {
      return [...made.values()]
        .filter(({ check }) => check.registrationId === registrationId)
        .sort((one, other) => (one.check.askedAt < other.check.askedAt ? 1 : -1))
        .slice(0, limit)
        .map(summaryOf);
    },
    incomplete: {
      async due(limit, now) {
        return [...waiting.values()]
          .filter(({ nextAt }) => nextAt <= now.getTime())
          .sort((one, other) => (one.since < other.since ? -1 : 1))
          .slice(0, limit)
          .map(({ nextAt: _, ...one }) => one);
      },
      async postpone(checkId, nextAt) {
        const one = waiting.get(checkId);
        if (nextAt === null) waiting.delete(checkId);
        else if (one) waiting.set(checkId, { ...one, attempts: one.attempts + 1, nextAt: nextAt.getTime() });
      },
    },
  };
}

interface KeptItem {
  readonly place: number;
  received: ReceivedPicture;
  state: BatchItem['state'];
  check?: Check;
  error?: BatchItem['error'];
}

interface KeptBatch {
  readonly batchId: string;
  readonly count: number;
  readonly askedBy: string;
  readonly openedAt: string;
  state: BatchState;
  startedAs: number;
  items: KeptItem[];
}

/** Batches in memory. */
export class FakeBatches implements BatchStore {
  private readonly batches = new Map<string, KeptBatch>();
  private starts = 0;

  constructor(private readonly checks: CheckStore) {}

  async open(batch: Pick<CheckBatch, 'batchId' | 'count' | 'askedBy' | 'openedAt'>): Promise<void> {
    const collecting = [...this.batches.values()].filter(({ state }) => state === 'collecting');
    for (const { batchId, openedAt } of collecting)
      if (Date.parse(batch.openedAt) - Date.parse(openedAt) > DAY_MS) this.batches.delete(batchId);
    const open = collecting.filter(
      ({ batchId, askedBy }) => this.batches.has(batchId) && askedBy === batch.askedBy,
    );
    if (open.length >= 20)
      throw new RegistryError('TOO_MANY', 'batch', 'would be the 21st', 'start one of those first');
    this.batches.set(batch.batchId, { ...batch, state: 'collecting', startedAs: 0, items: [] });
  }

  async find(batchId: string): Promise<CheckBatch | undefined> {
    const batch = this.batches.get(batchId);
    return batch ? told(batch) : undefined;
  }

  async list(limit: number, after?: string): Promise<CheckBatch[]> {
    const order = ({ openedAt, batchId }: KeptBatch) => `${openedAt} ${batchId}`;
    const last = after === undefined ? undefined : this.batches.get(after);
    if (after !== undefined && !last) return [];
    return [...this.batches.values()]
      .filter((one) => !last || order(one) < order(last))
      .sort((one, other) => (order(one) < order(other) ? 1 : -1))
      .slice(0, limit)
      .map(told);
  }

  async receive(batchId: string, received: ReceivedPicture): Promise<void> {
    const batch = this.kept(batchId);
    if (batch.state !== 'collecting')
      throw new RegistryError('WRONG_STATE', 'state', `is ${batch.state}`, 'open another batch');
    const before = batch.items.find((item) => item.received.name === received.name);
    const place = before?.place ?? batch.items.length + 1;
    if (place > batch.count)
      throw new RegistryError('INVALID_INPUT', 'count', 'is reached', 'open another batch for the rest');
    batch.items[place - 1] = {
      place,
      received,
      state: 'error' in received ? 'failed' : 'waiting',
      ...('error' in received ? { error: received.error } : {}),
    };
  }

  async start(batchId: string): Promise<CheckBatch> {
    const batch = this.kept(batchId);
    if (batch.state === 'collecting') {
      if (batch.items.length < batch.count)
        throw new RegistryError('WRONG_STATE', 'count', 'is not reached', 'send the rest first');
      batch.state = 'running';
      batch.startedAs = this.starts += 1;
    }
    return told(batch);
  }

  async items(batchId: string, limit: number, after = 0): Promise<BatchItem[]> {
    const items = this.batches.get(batchId)?.items ?? [];
    return Promise.all(
      items.slice(after, after + limit).map(async ({ place, received, state, check, error }) => ({
        place,
        name: received.name,
        state,
        ...(check ? { check: withoutEvidence(await this.latest(check)) } : {}),
        ...(error ? { error } : {}),
      })),
    );
  }

  async running(limit: number): Promise<CheckBatch[]> {
    return [...this.batches.values()]
      .filter(({ state }) => state === 'running')
      .sort((one, other) => one.startedAs - other.startedAs)
      .slice(0, limit)
      .map(told);
  }

  async waiting(batchId: string, limit: number, after: number) {
    return (this.batches.get(batchId)?.items ?? [])
      .filter(({ state, place }) => state === 'waiting' && place > after)
      .slice(0, limit)
      .flatMap(({ place, received }) =>
        'fingerprinted' in received ? [{ place, fingerprinted: received.fingerprinted }] : [],
      );
  }

  async finish(batchId: string, place: number, check: Check, askedBy: string): Promise<void> {
    const item = this.batches.get(batchId)?.items[place - 1];
    if (item?.state !== 'waiting' || !('fingerprinted' in item.received)) return;
    await this.checks.save(check, askedBy, item.received.fingerprinted);
    Object.assign(item, { state: 'checked', check });
  }

  async failWaiting(batchId: string, error: NonNullable<BatchItem['error']>): Promise<void> {
    for (const item of this.batches.get(batchId)?.items ?? [])
      if (item.state === 'waiting') Object.assign(item, { state: 'failed', error });
  }

  async cancel(batchId: string, error: NonNullable<BatchItem['error']>): Promise<CheckBatch> {
    const batch = this.kept(batchId);
    if (batch.state !== 'finished') await this.failWaiting(batchId, error);
    batch.state = 'finished';
    return told(batch);
  }

  async close(batchId: string): Promise<void> {
    const batch = this.batches.get(batchId);
    if (batch?.state === 'running' && batch.items.every(({ state }) => state !== 'waiting'))
      batch.state = 'finished';
  }

  private async latest(check: Check): Promise<Check> {
    const { supersededBy } = await this.checks.sequel(check.checkId);
    const next = supersededBy === null ? undefined : await this.checks.find(supersededBy);
    return next ? this.latest(next) : check;
  }

  private kept(batchId: string): KeptBatch {
    const batch = this.batches.get(batchId);
    if (!batch) throw noSuchBatch();
    return batch;
  }
}

function told({ batchId, state, count, askedBy, openedAt, items }: KeptBatch): CheckBatch {
  const finished = items.filter((item) => item.state !== 'waiting').length;
  return { batchId, state, count, received: items.length, finished, askedBy, openedAt };
}

function withoutEvidence({ evidence: _, ...report }: Check) {
  return report;
}
