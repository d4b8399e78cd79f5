import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CALIBRATION } from '#libs/fingerprint';
import { Argon2Passwords } from '#libs/identity';
import { createDataSource, createRegistry, PostgresPeople, PostgresWorklist } from '#libs/persistence';
import { composeDesign, drawPattern } from '#libs/pattern-drawing';
import { addPerson, fillWithPairs, parseNewPerson, type Role, type Transform } from '#libs/registry';
import { readDevelopmentPerson } from '../../apps/cli/src/home/development-people.js';
import { locateHome, type WeftHome } from '../../apps/cli/src/home/weft-home.js';
import { startFederation, type Federation } from '../../apps/cli/src/up/federation.js';
import { importInto } from '../../apps/cli/src/up/import-into.js';
import { freePortBase } from '../ports.js';
import { audit } from './audit.js';

const REGIONS = { zhejiang: '浙', shandong: '鲁', jiangsu: '苏', guangdong: '粤' } as const;
const TITLES = ['缠枝莲纹', '海水江崖', '折枝牡丹'] as const;

const clock = { now: () => new Date() };

/** Of a name in a registry that somebody would like to run. */
export const HOSTILE = '<img src=x onerror=alert(1)>"><script>alert(2)</script>';

export type Member = keyof typeof REGIONS;
export const MEMBERS = ['zhejiang', 'shandong', 'jiangsu', 'guangdong'] as const satisfies readonly Member[];

/** The registered picture of this place (from 0) in a member's registry. */
export function registeredPicture(member: Member, place: number): Promise<Uint8Array> {
  return drawPattern(composeDesign(1_000 * (MEMBERS.indexOf(member) + 1) + place), {
    width: 600,
    height: 600,
  });
}

/** A picture that nobody registered. */
export function newPicture(seed: number): Promise<Uint8Array> {
  return drawPattern(composeDesign(9_000 + seed), { width: 480, height: 480 });
}

/** A federation of real processes, three registrations in each province and a hostile one in Zhejiang, and who may log in. */
export class Stage {
  private constructor(
    readonly federation: Federation,
    private readonly home: WeftHome,
    private readonly folder: string,
  ) {}

  /** @param variables of single nodes, beside what every node of a development federation has */
  static async start(
    variables: Partial<Record<Member, Readonly<Record<string, string>>>> = {},
  ): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'weft-console-'));
    const home = locateHome({ home: folder });
    const federation = await startFederation({
      home,
      databases: { portBase: await freePortBase(), postgresAdminUrl: undefined, databaseUrls: new Map() },
      members: MEMBERS,
      calibration: DEFAULT_CALIBRATION,
      clock: { now: () => new Date() },
      restarts: 0,
      checkBudgetMs: 8_000,
      nodeVariables: new Map(Object.entries(variables)),
      say: () => undefined,
      beforeNodes: async (signal) => {
        for (const member of MEMBERS) await fill(home, member, signal);
      },
    });
    return new Stage(federation, home, folder);
  }

  origin(member: Member): string {
    return this.federation.origins.get(member) ?? '';
  }

  person(member: Member, role: Role): { readonly user: string; readonly password: string } {
    return readDevelopmentPerson(this.home.province(member), role);
  }

  /** The policy of somebody who audits this federation, made by the built command. */
  get policyFile(): string {
    const file = join(this.folder, 'policy.json');
    const { directory, trust } = this.home.federation;
    if (!existsSync(file)) writeFileSync(file, audit('policy', '--directory', directory, '--trust', trust));
    return file;
  }

  /** Lets one more examiner log in at a province. */
  async addExaminer(
    member: Member,
    user: string,
  ): Promise<{ readonly user: string; readonly password: string }> {
    const person = parseNewPerson({ user, password: 'another pair of eyes', roles: ['examiner'] });
    await this.inDatabase(member, async (dataSource) => {
      const people = new PostgresPeople(dataSource, member);
      const deps = { people, passwords: await Argon2Passwords.create(), clock };
      await addPerson(deps, person, { kind: 'program', name: 'test' });
    });
    return { user, password: person.password };
  }

  /** Puts the two latest registrations of a province on its worklist, as a comparison that found them alike does. */
  async fillWorklist(province: Member): Promise<void> {
    await this.inDatabase(province, async (dataSource) => {
      const registered = await createRegistry(dataSource, province).list({ limit: 2, state: 'registered' });
      const [first = '', second = ''] = registered.map(({ registrationId }) => registrationId);
      const worklist = new PostgresWorklist(dataSource, province);
      const digest = (data: string | Uint8Array) =>
        `sha256:${createHash('sha256').update(data).digest('hex')}`;
      const actor = { kind: 'program', name: 'weft dedupe' } as const;
      const transform = {
        mirrored: true,
        rotation: 0,
        scale: 1,
        offset: [0, 0],
        recoloured: true,
      } satisfies Transform;
      const pair = { first, second, score: 0.97, transform, query: 'first' } as const;
      await fillWithPairs({ province, worklist, clock, digest, actor }, [pair]);
    });
  }

  private async inDatabase(
    member: Member,
    work: (dataSource: Awaited<ReturnType<typeof createDataSource>>) => Promise<void>,
  ): Promise<void> {
    const dataSource = await createDataSource(
      readFileSync(this.home.province(member).databaseUrl, 'utf8').trim(),
    );
    try {
      await work(dataSource);
    } finally {
      await dataSource.destroy();
    }
  }

  async stop(): Promise<void> {
    await this.federation.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function fill(home: WeftHome, member: Member, signal: AbortSignal): Promise<void> {
  const titles = member === 'zhejiang' ? [...TITLES, HOSTILE] : TITLES;
  const rows = titles.map((title, place) => ({
    row: place + 2,
    cells: {
      registrationNumber: `${REGIONS[member]}作登字-2024-F-0000${1_000 + place}`,
      registeredOn: `2024-0${place + 1}-15`,
      title,
      category: 'F',
      owner: title === HOSTILE ? HOSTILE : '演示纺织有限公司',
      completedOn: '2023-11-01',
      firstPublishedOn: '',
      centre: '',
      state: 'registered',
      reason: '',
      picture: `${place}.jpg`,
    },
    loadPicture: () => registeredPicture(member, place),
  }));
  await importInto(home.province(member), {
    actor: { kind: 'program', name: 'test' },
    rows,
    advance: () => undefined,
    signal,
    wanted: async () => true,
  });
}
