import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  directoryDigest,
  signDirectory,
  signedDirectorySchema,
  signingKeySchema,
  trustSchema,
  verifyDirectory,
  type PartyKey,
  type SigningKey,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { DEFAULT_MEMBERS, locateHome, type WeftHome } from '../../apps/cli/src/home/weft-home.js';
import { localAddress, planPorts } from '../../apps/cli/src/up/ports.js';
import { writeKeysOfWords } from './keys-of-words.js';

const START_MS = 120_000;
const LOOK_MS = 200;
/** A kept database is to be opened in any year. */
const LAST_DAY = '2126-01-01T00:00:00.000Z';

/** A database server of the system's own PostgreSQL, in a folder of its own; `pg_dump` comes with it. */
export class SystemPostgres {
  private constructor(
    private readonly folder: string,
    private readonly bin: string,
    private readonly port: number,
    private readonly account: { readonly uid: number; readonly gid: number } | undefined,
  ) {}

  /** @param bin the folder with initdb, pg_ctl and pg_dump, such as /usr/lib/postgresql/15/bin */
  static start(bin: string, port: number): SystemPostgres {
    const folder = mkdtempSync(join(tmpdir(), 'weft-old-postgres-'));
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    const account = process.getuid?.() === 0 ? { uid: id('-u'), gid: id('-g') } : undefined;
    if (account) {
      chmodSync(folder, 0o700);
      chownSync(folder, account.uid, account.gid);
    }
    const server = new SystemPostgres(folder, bin, port, account);
    const data = join(folder, 'data');
    server.run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C']);
    const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c timezone=UTC`;
    server.run('pg_ctl', ['-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start']);
    return server;
  }

  get adminUrl(): string {
    return `postgresql://postgres@127.0.0.1:${this.port}/postgres`;
  }

  /** A database as SQL of single statements, without its owner. */
  dump(name: string): string {
    const url = `postgresql://postgres@127.0.0.1:${this.port}/${name}`;
    const options = ['--no-owner', '--no-privileges', '--inserts', '--rows-per-insert=20'];
    const sql = this.run('pg_dump', [...options, url]);
    // What is for psql alone.
    return sql.replaceAll(/^\\(un)?restrict .*\n/gm, '');
  }

  stop(): void {
    this.run('pg_ctl', ['-D', join(this.folder, 'data'), '-m', 'fast', 'stop']);
    execFileSync('rm', ['-rf', this.folder]);
  }

  private run(program: string, args: readonly string[]): string {
    return execFileSync(join(this.bin, program), args, {
      cwd: this.folder,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'inherit'],
      ...this.account,
    });
  }
}

/** The next epoch, whose keys are in force for as long as anybody may read what they signed. */
async function letKeysLast({ federation, province }: WeftHome): Promise<void> {
  const document = signedDirectorySchema.parse(JSON.parse(readFileSync(federation.directory, 'utf8')));
  const trust = trustSchema.parse(JSON.parse(readFileSync(federation.trust, 'utf8')));
  const current = await verifyDirectory(document, trust);
  const lasting = (keys: readonly PartyKey[]) => keys.map((key) => ({ ...key, notAfter: LAST_DAY }));
  const next = {
    ...current,
    epoch: current.epoch + 1,
    previous: directoryDigest(nodeLogCrypto.sha256, document),
    members: current.members.map((member) => ({ ...member, keys: lasting(member.keys) })),
    coordinator: { ...current.coordinator, keys: lasting(current.coordinator.keys) },
  };
  const founders = await Promise.all(DEFAULT_MEMBERS.map((one) => readKey(province(one).founderKey)));
  const text = `${JSON.stringify(await signDirectory(next, founders))}\n`;
  for (const file of [join(federation.epochs, `${next.epoch}.json`), federation.directory])
    writeFileSync(file, text, { mode: 0o600 });
}

async function readKey(file: string): Promise<SigningKey> {
  return signingKeySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/** `weft up` of another version, in a new home with keys made of words. */
export class OldFederation {
  private process: ChildProcess | undefined;

  private constructor(
    readonly home: WeftHome,
    private readonly checkout: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly portBase: number,
  ) {}

  /** @param checkout where that version is built */
  static async start(checkout: string, adminUrl: string, portBase: number): Promise<OldFederation> {
    const home = locateHome({ home: mkdtempSync(join(tmpdir(), 'weft-old-home-')) });
    await writeKeysOfWords(home, DEFAULT_MEMBERS);
    const env = {
      PATH: process.env['PATH'],
      WEFT_HOME: home.root,
      WEFT_PORT_BASE: String(portBase),
      WEFT_POSTGRES_ADMIN_URL: adminUrl,
    };
    const federation = new OldFederation(home, checkout, env, portBase);
    await federation.up();
    await federation.down();
    await letKeysLast(home);
    await federation.up();
    return federation;
  }

  private async up(): Promise<void> {
    const weft = join(this.checkout, 'apps/cli/bin/weft.mjs');
    this.process = spawn(process.execPath, [weft, 'up', '--no-demo'], {
      cwd: this.checkout,
      env: this.env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    for (const province of DEFAULT_MEMBERS) await this.untilReady(province);
  }

  origin(province: string): string {
    const port = planPorts(DEFAULT_MEMBERS, this.portBase).nodes.get(province)?.http;
    if (port === undefined) throw new RangeError(`${province} is no member`);
    return `http://${localAddress(port)}`;
  }

  get coordinatorLog(): string {
    return localAddress(planPorts(DEFAULT_MEMBERS, this.portBase).coordinatorLog);
  }

  /** Another command of that version. */
  weft(...args: string[]): void {
    const weft = join(this.checkout, 'apps/cli/bin/weft.mjs');
    execFileSync(process.execPath, [weft, ...args], {
      env: this.env,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  }

  addPerson(province: string, user: string, role: string, password: string): void {
    const file = join(this.home.root, `${user}.password`);
    writeFileSync(file, password, { mode: 0o600 });
    this.weft(
      'people',
      'add',
      '--province',
      province,
      '--user',
      user,
      '--role',
      role,
      '--password-file',
      file,
    );
  }

  import(province: string, pictures: ReadonlyMap<string, Uint8Array>, metadata: string): void {
    const folder = join(this.home.root, 'import');
    mkdirSync(folder, { recursive: true });
    for (const [name, bytes] of pictures) writeFileSync(join(folder, name), bytes);
    const table = join(this.home.root, 'import.csv');
    writeFileSync(table, metadata);
    this.weft('import', '--province', province, '--pictures', folder, '--metadata', table);
  }

  /** Holds a node without ending it: those who ask it hear nothing. @returns lets it go on */
  hold(province: string): () => void {
    const pid = readdirSync('/proc').find((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        const env = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
        return (
          env.includes(`WEFT_PROVINCE=${province}`) &&
          env.some((one) => one.startsWith(`WEFT_KEYS_DIR=${this.home.root}`))
        );
      } catch {
        // It has ended, or is another user's.
        return false;
      }
    });
    if (pid === undefined) throw new Error(`no process of ${province}`);
    process.kill(Number(pid), 'SIGSTOP');
    return () => process.kill(Number(pid), 'SIGCONT');
  }

  async down(): Promise<void> {
    const child = this.process;
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  }

  private async untilReady(province: string): Promise<void> {
    for (const end = Date.now() + START_MS; Date.now() < end; await pause(LOOK_MS)) {
      const ready = await fetch(`${this.origin(province)}/health/ready`).catch(() => undefined);
      if (ready?.ok) return;
      if (this.process?.exitCode !== null) throw new Error('the old program ended');
    }
    throw new Error(`${province} is not ready within ${START_MS} ms`);
  }
}
