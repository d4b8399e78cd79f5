/** Run by tools/older-version.mjs: real processes of an older version and of this in one federation, both ways; prints what came of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { composeDesign, drawPattern } from '#libs/pattern-drawing';
import sharp from 'sharp';
import { z } from 'zod';
import type { CheckReport } from '../../apps/cli/src/client/check-report.js';
import { NodeClient } from '../../apps/cli/src/client/node-client.js';
import { openDatabases } from '../../apps/cli/src/home/databases.js';
import { readDevelopmentPerson } from '../../apps/cli/src/home/development-people.js';
import { DEFAULT_MEMBERS, homeAt, makeHome, type WeftHome } from '../../apps/cli/src/home/weft-home.js';
import { ensureDevelopmentKeys } from '../../apps/cli/src/keys/development-keys.js';
import { renewRevocations } from '../../apps/cli/src/keys/revocation-files.js';
import { localAddress, planPorts } from '../../apps/cli/src/up/ports.js';
import { ServiceProcess } from '../../apps/cli/src/up/service-process.js';
import { coordinatorSpec, nodeSpec } from '../../apps/cli/src/up/service-specs.js';
import { fileApplication } from '../examiner.js';
import { NodeDesk } from './node-desk.js';

const ASKER = 'zhejiang';
/** Whose node differs from all others. */
const ODD = 'guangdong';
const PARTIES = [...DEFAULT_MEMBERS, 'coordinator'];
const WORK = {
  title: '缠枝莲纹',
  category: 'F',
  owner: '演示纺织有限公司',
  completedOn: '2024-03-01',
  centre: '',
};

const { values } = parseArgs({
  options: {
    version: { type: 'string', default: '' },
    checkout: { type: 'string', default: '' },
    ports: { type: 'string', default: '31600' },
  },
});

const picture = (seed: number): Promise<Uint8Array> =>
  drawPattern(composeDesign(seed), { width: 400, height: 400 });

/** A federation in which some parties run the older version. */
class MixedFederation {
  readonly processes = new Map<string, ServiceProcess>();

  private constructor(
    readonly home: WeftHome,
    readonly portBase: number,
    readonly stopDatabases: () => Promise<void>,
  ) {}

  static async start(older: readonly string[], portBase: number): Promise<MixedFederation> {
    const home = homeAt(mkdtempSync(join(tmpdir(), 'weft-mixed-')));
    makeHome(home, DEFAULT_MEMBERS);
    const ports = planPorts(DEFAULT_MEMBERS, portBase);
    const choice = { portBase, postgresAdminUrl: undefined, databaseUrls: new Map<string, string>() };
    const server = await openDatabases(home, choice, DEFAULT_MEMBERS, true);
    const federation = new MixedFederation(home, portBase, () => server.stop());
    await ensureDevelopmentKeys(home, {
      members: DEFAULT_MEMBERS,
      addresses: {
        coordinator: localAddress(ports.coordinator),
        nodes: new Map([...ports.nodes].map(([province, { grpc }]) => [province, localAddress(grpc)])),
      },
      calibration: DEFAULT_CALIBRATION,
      clock: { now: () => new Date() },
    });
    const founders = DEFAULT_MEMBERS.map((province) => home.province(province).founderKey);
    await renewRevocations(home, founders, new Date());
    const specs = [
      coordinatorSpec(home, ports, ASKER),
      ...DEFAULT_MEMBERS.map((province) =>
        nodeSpec(home, ports, province, {
          checkBudgetMs: 8_000,
          nodeVariables: new Map([[province, { WEFT_SHARE_PICTURES: 'thumbnail' }]]),
        }),
      ),
    ];
    for (const spec of specs) {
      const app = spec.name === 'coordinator' ? 'coordinator' : 'province-node';
      const entry = join(values.checkout, 'dist/apps', app, 'src/main.js');
      const process = new ServiceProcess(older.includes(spec.name) ? { ...spec, entry } : spec, {
        restarts: 0,
        say: console.error,
      });
      federation.processes.set(spec.name, process);
    }
    await Promise.all([...federation.processes.values()].map((process) => process.start()));
    return federation;
  }

  origin(province: string): string {
    const port = planPorts(DEFAULT_MEMBERS, this.portBase).nodes.get(province)?.http ?? 0;
    return `http://${localAddress(port)}`;
  }

  person(province: string, role: 'examiner' | 'auditor' = 'examiner') {
    return readDevelopmentPerson(this.home.province(province), role);
  }

  node(province: string): NodeClient {
    return new NodeClient(this.origin(province), this.person(province));
  }

  desk(province: string): Promise<NodeDesk> {
    const { user, password } = this.person(province);
    return NodeDesk.of(this.origin(province), user, password);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.processes.values()].map((process) => process.stop()));
    await this.stopDatabases();
    rmSync(this.home.root, { recursive: true, force: true });
  }
}

const told = ({ verdict, complete, coverage }: CheckReport): string => {
  const others = coverage.filter(({ outcome }) => outcome !== 'ANSWERED');
  const rows = others.map(({ province, outcome, detail }) => `${province} ${outcome}: ${detail}`);
  return `${verdict}${complete ? ', all answered' : ''}${rows.length > 0 ? ` (${rows.join('; ')})` : ''}`;
};

async function attempt(what: string, work: () => Promise<string>): Promise<void> {
  const said = await work().catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  console.log(`| ${what} | ${said.replaceAll('|', '/').replaceAll(/\s+/g, ' ').slice(0, 300)} |`);
}

/** What the odd one's neighbours and itself do in a day. */
async function tryAll(federation: MixedFederation): Promise<void> {
  const planted = await picture(11);
  const registrationId = await fileApplication(federation.origin(ODD), federation.person(ODD), planted, WORK);
  const copy = await sharp(planted).flop().jpeg({ quality: 70 }).toBuffer();
  let duplicate = '';
  await attempt(`${ASKER} checks a copy of ${ODD}'s work`, async () => {
    const check = await federation.node(ASKER).check({ name: 'copy.jpg', bytes: copy });
    duplicate = check.checkId;
    return `${told(check)}, first: ${check.candidates[0]?.province} ${check.candidates[0]?.title}`;
  });
  for (const asker of [ASKER, ODD])
    await attempt(`${asker} checks a new work`, async () =>
      told(
        await federation
          .node(asker)
          .check({ name: 'new.jpg', bytes: await picture(asker === ODD ? 12 : 13) }),
      ),
    );
  for (const asker of [ASKER, ODD])
    await attempt(`${asker} registers a new work by a clear token`, async () => {
      const bytes = await picture(asker === ODD ? 14 : 15);
      const id = await fileApplication(federation.origin(asker), federation.person(asker), bytes, WORK);
      const desk = await federation.desk(asker);
      const { checkId } = await desk.post(
        `registrations/${id}/check`,
        {},
        z.looseObject({ checkId: z.string() }),
      );
      await untilWitnessed(federation.node(asker), checkId);
      const { clearToken } = await desk.post(
        `checks/${checkId}/clear-token`,
        undefined,
        z.looseObject({ clearToken: z.string() }),
      );
      await desk.post(`registrations/${id}/examination`, undefined, z.unknown());
      const { state } = await desk.post(
        `registrations/${id}/registration`,
        { clearToken },
        z.looseObject({ state: z.string() }),
      );
      return `state: ${state}; every receipt witnessed`;
    });
  await attempt(`${ASKER} checks a batch of 40`, async () => {
    const items = await federation.node(ASKER).checkBatch(40, pictures(40), () => undefined);
    const verdicts = new Map<string, number>();
    for (const { check, error } of items) {
      const verdict = check?.verdict ?? error?.code ?? '?';
      verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    }
    return [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(', ');
  });
  await attempt(`${ASKER} sends ${ODD} a finding`, async () => {
    const desk = await federation.desk(ASKER);
    const body = { checkId: duplicate, registrationId, reason: '与贵省登记相同' };
    const { findingId } = await desk.post('findings', body, z.looseObject({ findingId: z.string() }));
    await pause(15_000);
    const { steps } = await desk.get(
      `findings/${findingId}`,
      z.looseObject({ steps: z.array(z.looseObject({ step: z.string(), delivery: z.unknown() })) }),
    );
    return steps.map(({ step, delivery }) => `${step}: ${JSON.stringify(delivery)}`).join('; ');
  });
  await attempt(`${ASKER} asks to see ${ODD}'s picture`, async () => {
    const desk = await federation.desk(ASKER);
    const body = { province: ODD, registrationId, size: 'thumbnail', reason: '' };
    return `${(await desk.file('shared-pictures', body)).length} bytes of picture`;
  });
  await attempt(`${ASKER} looks at the members`, async () =>
    (await federation.node(ASKER).members()).members
      .map(({ province, outcome }) => `${province} ${outcome}`)
      .join(', '),
  );
  await federation.processes.get(ODD)?.stop();
  await attempt(`${ODD} is stopped, and ${ASKER} checks a new work`, async () =>
    told(await federation.node(ASKER).check({ name: 'new.jpg', bytes: await picture(16) })),
  );
}

async function* pictures(count: number) {
  for (let number = 0; number < count; number += 1)
    yield { name: `${number}.jpg`, bytes: await picture(100 + number) };
}

async function untilWitnessed(node: NodeClient, checkId: string): Promise<void> {
  for (const end = Date.now() + 60_000; Date.now() < end; await pause(300))
    if ((await node.readCheck(checkId)).witnessed) return;
  throw new Error(`check ${checkId} is not witnessed`);
}

const others = PARTIES.filter((party) => party !== ODD);
for (const [title, older] of [
  [`${ODD} at ${values.version}, all others at this version`, [ODD]],
  [`${ODD} at this version, all others at ${values.version}`, others],
] as const) {
  console.log(`\n### ${title}\n\n| what | came of it |\n| --- | --- |`);
  const federation = await MixedFederation.start(older, Number(values.ports));
  try {
    await tryAll(federation);
  } finally {
    await federation.stop();
  }
}
