import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { generateSigningKey, type StoredCheckpoint } from '#libs/federation-log';
import { loadLogIdentity, type LogIdentity } from '#libs/identity';
import { runLog } from '#libs/log-service';
import {
  createAuditLog,
  createDataSource,
  createLastSignedFile,
  migrate,
  PostgresLogStore,
} from '#libs/persistence';
import type { AuditEvent, AuditLog } from '#libs/registry';
import { pino } from 'pino';
import { type CliConfig } from '../config.js';
import { makeFolder, writeWhole } from '../home/files.js';
import { locateHome } from '../home/weft-home.js';
import { withBenchDatabase } from './bench-database.js';
import { measureVerification, type VerificationSpeed } from './bench-log-verification.js';

const ORIGIN = 'zhejiang';
/** Beside the ports of a federation that runs already. */
const PORT_OFFSET = 109;
const ALONE = 200;
/** One after the other in a check that all members answer: asked, passed on, answered, and judged twice. */
const IN_A_CHECK = 5;

/** What to measure. */
export interface LogBenchRequest {
  /** Seconds of appending. */
  readonly seconds: number;
  /** Appends that are open at once. */
  readonly open: number;
}

/** Times in milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** What was measured, with the log being signed all the while. */
export interface LogBench {
  readonly seconds: number;
  readonly open: number;
  readonly appends: number;
  readonly appends_per_s: number;
  /** From the call to the acknowledgement. */
  readonly durable_ms: Spread;
  /** From the call to a signed checkpoint over the entry. */
  readonly signed_ms: Spread;
  readonly checkpoints: number;
  /** One commit of one small row after the other in the same database: what the disk alone takes. */
  readonly commit_ms: Spread;
  /** One append after the other, nothing else going on. */
  readonly alone_ms: Spread;
  /** What the appends of one check add to it, one after the other. */
  readonly added_to_a_check_ms: number;
  readonly verification: VerificationSpeed;
  readonly processors: number;
  readonly processor: string;
}

interface BenchedLog {
  readonly log: AuditLog;
  readonly identity: LogIdentity;
  /** Calls `told` for every head until it is ended. */
  onCheckpoint(told: (head: StoredCheckpoint) => void): () => void;
  committed(): Promise<number>;
  /** Commits one small row. */
  commit(): Promise<unknown>;
}

/**
 * Measures a log on a PostgreSQL of its own (or in a database of its own on WEFT_POSTGRES_ADMIN_URL), durable as in service.
 * @throws Problem or PersistenceError
 */
export async function benchLog(
  config: CliConfig,
  { seconds, open }: LogBenchRequest,
  say: (line: string) => void,
): Promise<LogBench> {
  return withLog(config, async (benched) => {
    say(`appending one entry after the other, ${ALONE} times`);
    const commits = await timeEach(() => benched.commit());
    const alone = await timeEach((n) => benched.log.append(eventOf(n)));
    say(`appending with ${open} open at once for ${seconds} s`);
    const load = await appendUnderLoad(benched, seconds * 1_000, open);
    say('verifying');
    const p50 = spread(alone).p50;
    return {
      seconds,
      open,
      ...load,
      commit_ms: spread(commits),
      alone_ms: spread(alone),
      added_to_a_check_ms: round(IN_A_CHECK * p50),
      verification: await measureVerification(benched.identity),
      processors: availableParallelism(),
      processor: cpus()[0]?.model ?? 'unknown',
    };
  });
}

async function timeEach(work: (n: number) => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < ALONE; n += 1) {
    const begun = performance.now();
    await work(n);
    times.push(performance.now() - begun);
  }
  return times;
}

/** Entries get their places in the order of the calls: so the n-th call since `before` is the entry at `before` + n. */
async function appendUnderLoad(
  { log, onCheckpoint, committed }: BenchedLog,
  milliseconds: number,
  open: number,
): Promise<Pick<LogBench, 'appends' | 'appends_per_s' | 'durable_ms' | 'signed_ms' | 'checkpoints'>> {
  const before = await committed();
  const [called, durable, signed]: number[][] = [[], [], []];
  let [covered, checkpoints] = [0, 0];
  const ended = onCheckpoint(({ size }) => {
    const now = performance.now();
    checkpoints += 1;
    for (; covered < size - before; covered += 1) signed?.push(now - (called?.[covered] ?? now));
  });
  const begun = performance.now();
  const appendOn = async (): Promise<void> => {
    for (let now = begun; now - begun < milliseconds; now = performance.now()) {
      const start = performance.now();
      const appended = log.append(eventOf(called?.push(start) ?? 0));
      await appended;
      durable?.push(performance.now() - start);
    }
  };
  await Promise.all(Array.from({ length: open }, appendOn));
  const took = performance.now() - begun;
  while (covered < (called?.length ?? 0)) await pause(10);
  ended();
  return {
    appends: durable?.length ?? 0,
    appends_per_s: Math.round(((durable?.length ?? 0) / took) * 1_000),
    durable_ms: spread(durable ?? []),
    signed_ms: spread(signed ?? []),
    checkpoints,
  };
}

async function withLog<T>(config: CliConfig, work: (benched: BenchedLog) => Promise<T>): Promise<T> {
  const bench = join(locateHome(config).root, 'bench');
  makeFolder(bench);
  const folder = mkdtempSync(join(bench, 'log-'));
  const database = {
    name: `weft_bench_log_${Date.now().toString(36)}`,
    dataDir: join(folder, 'postgres'),
    portOffset: PORT_OFFSET,
  };
  try {
    return await withBenchDatabase(config, database, (url) => withSignedLog(url, folder, work));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withSignedLog<T>(
  url: string,
  folder: string,
  work: (benched: BenchedLog) => Promise<T>,
): Promise<T> {
  const keyFile = join(folder, 'log.jwk');
  writeWhole(keyFile, JSON.stringify(await generateSigningKey()));
  const dataSource = await createDataSource(url);
  try {
    await migrate(dataSource);
    await dataSource.query('CREATE TABLE bench_commit (n integer)');
    const identity = await loadLogIdentity({ province: ORIGIN }, keyFile);
    const store = new PostgresLogStore(dataSource, ORIGIN);
    const running = runLog({
      signing: { ...identity, store, lastSigned: createLastSignedFile(join(folder, 'log-signed.json')) },
      logger: pino({ level: 'warn' }, pino.destination(2)),
      wait: (milliseconds, signal) => pause(milliseconds, undefined, { signal }).catch(() => undefined),
    });
    try {
      return await work({
        log: createAuditLog(dataSource, ORIGIN),
        identity,
        onCheckpoint: (told) => running.onCheckpoint(told),
        committed: () => store.committed(),
        commit: () => dataSource.query('INSERT INTO bench_commit VALUES (1)'),
      });
    } finally {
      await running.stop();
    }
  } finally {
    await dataSource.destroy();
  }
}

/** An entry of the size that an answered question has. */
function eventOf(number: number): AuditEvent {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  return {
    type: 'member.answered',
    outcome: 'success',
    actor: { kind: 'member', name: 'shandong' },
    at: new Date().toISOString(),
    subject: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    details: {
      questionDigest: digest,
      answerDigest: digest,
      searched: 500,
      declared: 500,
      declaredAt: 531,
      cosigned: 531,
      verified: 10,
      complete: true,
    },
  };
}

function spread(times: readonly number[]): Spread {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) =>
    round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return { p50: at(0.5), p99: at(0.99) };
}

function round(milliseconds: number): number {
  return Number(milliseconds.toFixed(2));
}
