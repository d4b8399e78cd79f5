import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ROOT_CONTEXT, SpanKind, TraceFlags, context, propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { checkFingerprint, type AuditEvent, type CheckDependencies } from '#libs/registry';
import { inSpan, startTracing, traceLog, type Tracing } from '#libs/tracing';
import { fingerprinted } from '../fakes/federation.js';
import { pictureForm, pictureOf, startFakeNode, type FakeNode } from '../fakes/node.js';
import { startCollector, type Collector, type SentSpan } from './collector.js';
import { wireFederation, type WiredFederation } from './federation.js';

const PERSON = 'zhang.wei';
const REGISTRATION = '3f0b1d8a-6a1c-4f6e-9b55-0d8c4a1f2e77';
const CHECK = 'weft.check.v1.DuplicateCheckService/Check';
const SEARCH = 'weft.similarity.v1.SimilarityService/Search';

let wired: WiredFederation;
let collector: Collector;
let tracing: Tracing | undefined;
const said: string[] = [];
const log = { warn: (line: string) => said.push(line), info: (line: string) => said.push(line) };

beforeAll(async () => {
  collector = await startCollector();
  // As a process does: it traces before it makes its server and its connections.
  await begin();
  wired = await wireFederation();
  wired.federation.member('shandong').file([1, 0, 0, 0]);
  await tracing?.stop();
});

afterEach(async () => {
  await tracing?.stop();
  tracing = undefined;
  said.length = 0;
  wired.received.length = 0;
});

afterAll(async () => {
  wired.close();
  await collector.close();
});

const begin = async (endpoint = collector.endpoint) => {
  tracing = await startTracing({ endpoint, ratio: 1 }, 'zhejiang', log);
};

const ask = (deps: CheckDependencies = wired.asking) =>
  checkFingerprint(deps, {
    fingerprinted: fingerprinted([1, 0, 0, 0]),
    actor: { kind: 'person', name: PERSON },
    limit: 10,
    budgetMs: 30_000,
  });

/** A root as an HTTP request is one, around work. */
function inRoot<T>(work: () => Promise<T>): Promise<T> {
  const span = trace.getTracer('test').startSpan('request', { kind: SpanKind.SERVER }, ROOT_CONTEXT);
  return context.with(trace.setSpan(ROOT_CONTEXT, span), work).finally(() => span.end());
}

/** What was sent since, once all of it is. */
async function sent(): Promise<SentSpan[]> {
  await tracing?.stop();
  tracing = undefined;
  return collector.spans();
}

const pairs = (spans: readonly SentSpan[]) => spans.map(({ parent, name }) => `${parent} > ${name}`).sort();

describe('the trace of one check', () => {
  let node: FakeNode;
  beforeAll(async () => {
    node = await startFakeNode();
    Object.assign(node.parts.checkPicture, wired.asking);
    Object.assign(node.parts.config, { checkBudgetMs: 30_000 });
  });
  afterAll(() => node.close());

  it('is one, from the request of an examiner to the index of each member, over gRPC', async () => {
    await begin();
    const answer = await node.send('POST', '/api/v1/checks', {
      token: await node.token('examiner'),
      body: pictureForm(pictureOf(1, 0, 0, 0)),
    });
    expect(answer.status).toBe(200);
    const spans = await sent();
    const request = 'POST /api/v1/checks';
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(pairs(spans)).toEqual(
      [
        `null > ${request}`,
        `${request} > log check.asked`,
        `${request} > ${CHECK}`,
        `${CHECK} > ${CHECK}`,
        `${CHECK} > log member.asked`,
        ...Array.from({ length: 4 }, () => `${CHECK} > ${SEARCH}`),
        ...Array.from({ length: 2 }, () => `${SEARCH} > ${SEARCH}`),
        ...Array.from({ length: 2 }, () => `${SEARCH} > search index`),
        ...Array.from({ length: 2 }, () => `${SEARCH} > verify candidates`),
        ...Array.from({ length: 2 }, () => `${SEARCH} > log member.answered`),
        `${CHECK} > log check.judged`,
        `${request} > log check.judged`,
      ].sort(),
    );
    const judged = spans.filter(({ name }) => name === 'log check.judged');
    for (const { attributes } of judged)
      expect(attributes).toMatchObject({
        'weft.verdict': 'DUPLICATE',
        'weft.complete': false,
        'weft.member.shandong': 'ANSWERED',
        'weft.member.jiangsu': 'UNREACHABLE',
      });
    const ids = new Set(spans.map(({ attributes }) => attributes['weft.check_id']).filter(Boolean));
    expect(ids.size).toBe(1);
    expect(spans.find(({ name }) => name === request)?.attributes['weft.check_id']).toBe([...ids][0]);
  });

  it('says nothing of a person, a picture or what an error said', async () => {
    await begin();
    await inRoot(() => ask());
    await inRoot(() =>
      inSpan(
        'failing',
        () => ({}),
        () => Promise.reject(new Error('Li Lei, Hangzhou')),
      ),
    ).catch(() => undefined);
    const spans = await sent();
    expect(spans.length).toBeGreaterThan(10);
    const { pattern, fingerprint } = fingerprinted([1, 0, 0, 0]);
    const { pictureDigest } = pattern;
    const encoded = (['hex', 'base64'] as const).map((form) => Buffer.from(fingerprint.bytes).toString(form));
    for (const word of [
      PERSON,
      'Li Lei',
      'Hangzhou',
      pictureDigest,
      ...encoded,
      'ECONNREFUSED',
      'questionJws',
    ])
      expect(collector.written()).not.toContain(word);
  });

  it('says nothing of a registration: neither its id nor its number, nor what was searched for', async () => {
    await begin();
    const number = '浙作登字-2026-F-00000042';
    const token = await node.token('examiner');
    await node.send('GET', `/api/v1/registrations?text=${encodeURIComponent(number)}`, { token });
    await node.send('GET', `/api/v1/registrations/${number}`, { token });
    const registered: AuditEvent = {
      ...{ type: 'registry.registered', outcome: 'success', at: '2026-11-02T08:00:00.000Z' },
      ...{ actor: { kind: 'person', name: PERSON }, subject: REGISTRATION },
      details: { from: 'examined', registrationNumber: number, position: 1, searchable: 1 },
    };
    await inRoot(() => traceLog({ append: async () => undefined }).append(registered));
    const names = new Set((await sent()).flatMap(({ attributes }) => Object.keys(attributes)));
    const written = collector.written();
    for (const word of [number, encodeURIComponent(number), '00000042', REGISTRATION])
      expect(written).not.toContain(word);
    expect(written).toContain('log registry.registered');
    // Whatever is told besides is another decision.
    const told = /^(http\.(request\.method|route|response\.status_code)|rpc\.|server\.address$|weft\.)/;
    expect([...names].filter((name) => !told.test(name))).toEqual([]);
  });
});

describe('a trace that begins elsewhere', () => {
  it('is told of in gRPC metadata, and not at all where nothing is traced', async () => {
    await ask();
    expect(wired.received.map(({ traceparent }) => traceparent)).toEqual([[], []]);
    await begin();
    await inRoot(() => ask());
    const [before] = wired.received.slice(-1);
    expect(before?.traceparent).toEqual([expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)]);
  });

  it('is no parent where its header is none, and the call is answered all the same', async () => {
    await begin();
    const known = collector.spans().length;
    const honest = new W3CTraceContextPropagator();
    const wrong = ['', 'x', `00-${'0'.repeat(32)}-${'1'.repeat(16)}-01`, `00-${'a'.repeat(5_000)}`];
    for (const value of wrong) {
      propagation.disable();
      propagation.setGlobalPropagator({
        inject: (_context, carrier, setter) => setter.set(carrier, 'traceparent', value),
        extract: (...parts) => honest.extract(...parts),
        fields: () => [],
      });
      expect((await inRoot(() => ask())).verdict).toBe('DUPLICATE');
    }
    const begun = (await sent()).slice(known).filter(({ name, parent }) => name === CHECK && parent === null);
    expect(begun).toHaveLength(wrong.length);
  });

  it('is recorded only as much as this process would: a flood of them is not', async () => {
    await begin();
    const known = collector.spans().length;
    for (let call = 0; call < 500; call += 1) {
      const elsewhere = trace.setSpanContext(ROOT_CONTEXT, {
        traceId: call.toString(16).padStart(32, 'a'),
        spanId: 'b'.repeat(16),
        traceFlags: call < 400 ? TraceFlags.SAMPLED : TraceFlags.NONE,
        isRemote: true,
      });
      trace.getTracer('test').startSpan('flood', {}, elsewhere).end();
    }
    const recorded = (await sent()).slice(known).length;
    expect(recorded).toBeGreaterThan(0);
    expect(recorded).toBeLessThan(100);
  });
});

describe('a collector that is down', () => {
  it('hurts no check, is told of once, and does not hold up the end', async () => {
    const down = await startCollector();
    await down.close();
    await begin(down.endpoint);
    for (let round = 0; round < 3; round += 1) expect((await inRoot(() => ask())).verdict).toBe('DUPLICATE');
    await tracing?.stop();
    expect(said.length).toBeLessThanOrEqual(1);
  });
});
