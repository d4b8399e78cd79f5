import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PARTY_VARIABLES, parsePartyConfig } from '#libs/identity';
import { countEvents, countHedges, createMetrics } from '#libs/metrics';
import { EVENTS, type HedgeEvent } from '#libs/registry';
import { CORE_SCHEMA, loadAll, mergeTag } from 'js-yaml';
import { z } from 'zod';
import { NODE_VARIABLES, parseConfig } from '../../apps/province-node/src/config.js';
import { watchNode } from '../../apps/province-node/src/start/watch-node.js';
import { createTestAuthority } from '../certificates.js';
import { startFakeNode } from '../fakes/node.js';

const ROOT = resolve(import.meta.dirname, '../..');
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), 'utf8');

type Environment = Record<string, string>;

const HEDGE_EVENTS: readonly HedgeEvent[] = ['hedged', 'hedge_won', 'over_budget', 'failed_over'];

const environmentSchema = z.record(z.string(), z.string());
const composeSchema = z.object({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string(),
      user: z.string().optional(),
      read_only: z.boolean().optional(),
      cap_drop: z.array(z.string()).optional(),
      environment: environmentSchema.optional(),
      ports: z.array(z.string()).optional(),
      volumes: z.array(z.string()).optional(),
    }),
  ),
});
const containerSchema = z.object({
  name: z.string(),
  securityContext: z.object({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.object({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  resources: z.object({ limits: z.object({ cpu: z.string(), memory: z.string() }) }),
});
const probeSchema = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const servingSchema = containerSchema.extend({
  startupProbe: probeSchema,
  readinessProbe: probeSchema,
  livenessProbe: probeSchema,
});
const statefulSetSchema = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        automountServiceAccountToken: z.literal(false),
        securityContext: z.object({ runAsNonRoot: z.literal(true) }),
        initContainers: z.array(containerSchema),
        containers: z.array(servingSchema).min(1),
      }),
    }),
  }),
});
const policySchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    egress: z.array(z.looseObject({ ports: z.array(z.looseObject({ port: z.int() })) })).optional(),
  }),
});
const tracedSchema = z.object({
  services: z.record(z.string(), z.object({ environment: environmentSchema })),
});
const resourceSchema = z.looseObject({ kind: z.string(), data: environmentSchema.optional() });

/** Variables of a file as systemd reads it. */
function environmentFile(name: string): Environment {
  const lines = read('deploy', name)
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** The documents of a YAML file. */
function documents(...path: string[]): unknown[] {
  return loadAll(read(...path), { schema: CORE_SCHEMA.withTags(mergeTag) });
}

function manifests(name: string) {
  return documents('deploy/kubernetes', name).map((document) => resourceSchema.parse(document));
}

function configMapOf(name: string): Environment {
  return manifests(name).find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
}

const compose = composeSchema.parse(documents('deploy/compose/compose.yaml')[0]).services;

const nodes: [string, Environment][] = [
  ['province-node.env', environmentFile('province-node.env')],
  ['compose.yaml, zhejiang', compose['zhejiang']?.environment ?? {}],
  ['compose.yaml, guangdong', compose['guangdong']?.environment ?? {}],
  ['kubernetes/province-node.yaml', configMapOf('province-node.yaml')],
];
const coordinators: [string, Environment][] = [
  ['coordinator.env', environmentFile('coordinator.env')],
  ['compose.yaml, coordinator', compose['coordinator']?.environment ?? {}],
  ['compose.yaml, coordinator-2', compose['coordinator-2']?.environment ?? {}],
  ['kubernetes/coordinator.yaml', configMapOf('coordinator.yaml')],
];

describe('the example configuration', () => {
  it.each(nodes)('of a node is one that it starts with: %s', (_name, environment) => {
    expect(parseConfig(environment).metricsListen).toBeDefined();
    expect(Object.keys(environment).filter((name) => !NODE_VARIABLES.includes(name))).toEqual([]);
  });

  it.each(coordinators)('of the coordinator is one that it starts with: %s', (_name, environment) => {
    expect(parsePartyConfig(environment).metricsListen).toBeDefined();
    expect(Object.keys(environment).filter((name) => !PARTY_VARIABLES.includes(name))).toEqual([]);
  });

  it("is described variable by variable in the operator's guide", () => {
    const guide = read('docs/operators-guide.md');
    const own = NODE_VARIABLES.filter((name) => name !== 'WEFT_DATABASE_URL');
    expect(own.filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the coordinator in Kubernetes', () => {
  it('has two processes, an address for each, and a drain takes one of them at most', () => {
    const [set] = manifests('coordinator.yaml').filter(({ kind }) => kind === 'StatefulSet');
    expect(set).toMatchObject({ spec: { replicas: 2 } });
    const selectors = manifests('services.yaml').map(({ kind, spec }) => [kind, spec]);
    for (const name of ['coordinator-0', 'coordinator-1'])
      expect(selectors).toContainEqual([
        'Service',
        expect.objectContaining({
          selector: { app: 'coordinator', 'statefulset.kubernetes.io/pod-name': name },
        }),
      ]);
    const budget = { maxUnavailable: 1, selector: { matchLabels: { app: 'coordinator' } } };
    expect(selectors).toContainEqual(['PodDisruptionBudget', budget]);
  });
});

describe('what runs in containers', () => {
  it('is of no root, writes nothing to its image, and may do nothing more', () => {
    const own = Object.entries(compose).filter(([, { image }]) => image.startsWith('weft:'));
    expect(own.map(([name]) => name)).toEqual([
      'keys',
      'coordinator',
      'coordinator-2',
      'zhejiang',
      'guangdong',
    ]);
    for (const [, service] of own)
      expect(service).toMatchObject({ user: '10001:10001', read_only: true, cap_drop: ['ALL'] });
    expect(read('deploy/Dockerfile')).toMatch(/^USER 10001:10001$/m);
  });

  it('is reached by compose from this machine alone, and its authority key is handed to nobody', () => {
    for (const { ports = [], volumes = [] } of Object.values(compose)) {
      expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
      expect(volumes.filter((volume) => /federation:/.test(volume))).toEqual([]);
    }
  });

  it.each(['province-node.yaml', 'coordinator.yaml'])(
    'has probes, limits and a locked container in %s',
    (name) => {
      const [set] = manifests(name).filter(({ kind }) => kind === 'StatefulSet');
      const { containers, initContainers } = statefulSetSchema.parse(set).spec.template.spec;
      expect(containers).toHaveLength(1);
      expect(initContainers).toHaveLength(1);
    },
  );

  it('is denied everything that no policy allows', () => {
    const [deny] = manifests('network-policies.yaml');
    expect(deny).toMatchObject({ spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } });
    expect(deny).not.toHaveProperty('spec.ingress');
  });

  it('sends traces nowhere unless it is labelled for it, and then to the collector alone', () => {
    const policies = z
      .array(policySchema)
      .parse(manifests('network-policies.yaml'))
      .filter(({ spec: { egress = [] } }) =>
        egress.some(({ ports }) => ports.some(({ port }) => port === 4318)),
      );
    expect(policies).toMatchObject([
      {
        metadata: { name: 'traces' },
        spec: {
          podSelector: { matchLabels: { traces: 'on' } },
          policyTypes: ['Egress'],
          egress: [{ to: [{ podSelector: { matchLabels: { app: 'otel-collector' } } }] }],
        },
      },
    ]);
    for (const [, environment] of [...nodes, ...coordinators])
      expect(environment).not.toHaveProperty('WEFT_OTLP_ENDPOINT');
    const { services } = tracedSchema.parse(documents('deploy/compose/traces.yaml')[0]);
    const traced = Object.entries(services);
    expect(traced.map(([name]) => name)).toEqual(['coordinator', 'coordinator-2', 'zhejiang', 'guangdong']);
    for (const [name, { environment }] of traced)
      expect(parsePartyConfig({ ...compose[name]?.environment, ...environment }).tracing?.endpoint).toBe(
        environment['WEFT_OTLP_ENDPOINT'],
      );
  });
});

describe('alerts and dashboard', () => {
  it('name only metrics that a node has, and labels with values that they take', async () => {
    const node = await startFakeNode();
    const metrics = createMetrics();
    countEvents(node.parts.log, metrics);
    const hedges = countHedges(metrics);
    for (const event of HEDGE_EVENTS) hedges('zhejiang', event);
    const authority = await createTestAuthority();
    const log = { state: { size: 0, phase: 'signing' } };
    const { certificate } = await authority.province('zhejiang');
    watchNode(metrics, node.parts, log, { tls: { certificate, revocations: { ageSeconds: 60 } } });
    const text = await metrics.metrics();
    await node.close();
    const known = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
    const files = readdirSync(join(ROOT, 'deploy/prometheus')).map((name) => read('deploy/prometheus', name));
    const named = files.flatMap((file) =>
      [...file.matchAll(/\b(weft|process|nodejs)_[a-z0-9_]+/g)].map(([name]) => name),
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !known.has(name) && !known.has(name.replace(/_bucket$/, '')))).toEqual([]);
    const phases = files.flatMap((file) =>
      [...file.matchAll(/\{phase=\\?"(\w+)/g)].map(([, phase]) => phase),
    );
    for (const phase of phases) expect(text).toContain(`{phase="${phase}"}`);
    const labelled = (label: string): string[] =>
      files.flatMap((file) =>
        [...file.matchAll(new RegExp(`\\{${label}=\\\\?"([\\w.]+)`, 'g'))].flatMap(
          ([, value]) => value ?? [],
        ),
      );
    expect(labelled('event').filter((event) => !text.includes(`event="${event}"`))).toEqual([]);
    expect(labelled('type').filter((type) => !(type in EVENTS))).toEqual([]);
  });
});
