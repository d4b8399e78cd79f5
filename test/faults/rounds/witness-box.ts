import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  compareLogs,
  Findings,
  openPolicy,
  policyOfDirectory,
  verifyLog,
  type KnownHead,
  type ToldByLog,
} from '#libs/audit';
import {
  parseCheckpoint,
  parseNote,
  readEntryBundle,
  tilesOfTree,
  tilePath,
  trustSchema,
  verifyDirectory,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { createDataSource } from '#libs/persistence';
import { z } from 'zod';
import { logFolder } from '../../../apps/cli/src/audit/log-folder.js';
import { NodeClient } from '../../../apps/cli/src/client/node-client.js';
import { readDevelopmentPerson } from '../../../apps/cli/src/home/development-people.js';
import { coordinatorLog } from '../../../apps/cli/src/log/coordinator-log.js';
import { exportLog, type ReadLogFile } from '../../../apps/cli/src/log/export-log.js';
import { localAddress, planPorts } from '../../../apps/cli/src/up/ports.js';
import type { Ledger } from './ledger.js';
import { PROVINCES, type Stage } from './stage.js';

/** Longest wait for the logs to be signed and witnessed up to what was acknowledged last. */
const SIGNED_MS = 180_000;
const MOST_LOOKS = 3;
const BETWEEN_LOOKS_MS = 8_000;
const ROWS = 64;

const entrySchema = z.looseObject({
  type: z.string(),
  outcome: z.string(),
  subject: z.string().nullable(),
  at: z.string(),
  details: z.looseObject({ imported: z.array(z.string()).optional(), decisionId: z.string().optional() }),
});

type Entry = z.infer<typeof entrySchema>;

/** Sees the logs from outside while parties die, and holds all against each other in the end. */
export class WitnessBox {
  private readonly heads: KnownHead[] = [];
  private readonly logs: ReadonlyMap<string, ReadLogFile>;
  /** What the coordinator's second process says of the one log. */
  private readonly second: ReadLogFile | null;

  constructor(
    private readonly stage: Stage,
    private readonly ledger: Ledger,
  ) {
    const { home, federation, portBase } = stage;
    const { coordinatorLog: port, secondCoordinator } = planPorts(PROVINCES, portBase);
    const address = localAddress(port);
    this.second =
      federation.secondCoordinator && coordinatorLog(localAddress(secondCoordinator.log), home.coordinator);
    this.logs = new Map([
      ['coordinator', coordinatorLog(address, home.coordinator)],
      ...[...federation.origins].map(([province, origin]): [string, ReadLogFile] => {
        const node = new NodeClient(origin, readDevelopmentPerson(home.province(province), 'auditor'));
        return [province, (path) => node.logFile(path)];
      }),
    ]);
  }

  /** Keeps the checkpoints that the logs show now: what was signed once must be of the beginning of every later log. */
  async look(): Promise<void> {
    const seen = [...this.logs, ...(this.second ? [['coordinator-2', this.second] as const] : [])];
    for (const [name, read] of seen) {
      const note = await read('checkpoint').catch(() => null);
      if (note === null) continue;
      const head = parseCheckpoint(parseNote(Buffer.from(note).toString()).text);
      this.heads.push({ ...head, from: `${name}'s checkpoint of ${head.size}` });
    }
  }

  get seen(): number {
    return new Set(this.heads.map(({ origin, size }) => `${origin} ${size}`)).size;
  }

  /**
   * What is wrong, one line each; empty if all that was acknowledged is there, nothing is half there, registry and log agree, and no log
   * contradicts a checkpoint that it ever showed.
   * @param until when people's work ended: nodes go on to complete checks while their logs are read one after the other
   */
  async faults(until: Date): Promise<string[]> {
    for (let looks = 1; ; looks += 1) {
      const faults = await this.faultsNow(until);
      // Logs are read one after the other while checks are completed: what only came late is there at the next look, what is lost is not.
      if (faults.length === 0 || looks === MOST_LOOKS) return faults;
      await pause(BETWEEN_LOOKS_MS);
    }
  }

  private async faultsNow(until: Date): Promise<string[]> {
    const faults: string[] = [];
    const entries = await this.wholeLogs(faults, until);
    for (const province of PROVINCES) {
      const mine = entries.get(province) ?? [];
      faults.push(...this.missingInLog(province, mine), ...this.coordinatorForgot(province, entries));
      faults.push(...(await this.registryFaults(province, mine)));
    }
    return faults;
  }

  /** Exports every log and has it verified as an auditor would, against all heads that were seen. */
  private async wholeLogs(faults: string[], until: Date): Promise<Map<string, Entry[]>> {
    const { home, folder } = this.stage;
    const trust = trustSchema.parse(JSON.parse(readFileSync(home.federation.trust, 'utf8')));
    const signed: unknown = JSON.parse(readFileSync(home.federation.directory, 'utf8'));
    const directory = await verifyDirectory(signed, trust);
    const policy = openPolicy(nodeLogCrypto, policyOfDirectory(nodeLogCrypto.sha256, trust, directory));
    const entries = new Map<string, Entry[]>();
    const exports = mkdtempSync(join(folder, 'exported-'));
    const told = new Map<string, ToldByLog>();
    for (const [name, read] of this.logs) {
      const target = join(exports, name);
      const { origin, size } = await this.exported(name, read, target);
      const terms = { known: this.heads, everyFile: true };
      const report = await verifyLog(nodeLogCrypto, policy, logFolder(target), terms);
      if (report.told) told.set(origin, report.told);
      faults.push(...report.findings.map(({ fault, where, detail }) => `${fault} ${where}: ${detail}`));
      entries.set(name, entriesOf(target, size));
    }
    const across = new Findings();
    compareLogs(told, across);
    const since = firstSeen(entries);
    for (const { fault, where, detail } of across.list) {
      const checkId = /check ([0-9a-f-]{36})/.exec(detail)?.[1] ?? '';
      if (!((since.get(checkId) ?? '') > until.toISOString())) faults.push(`${fault} ${where}: ${detail}`);
    }
    return entries;
  }

  /** Once its signed and witnessed part holds what was committed when this was called. */
  private async exported(name: string, read: ReadLogFile, target: string) {
    const party = name === 'coordinator' ? this.stage.home.coordinator : this.stage.home.province(name);
    const [row] = await this.query(party.databaseUrl, 'SELECT count(*) AS count FROM audit_log');
    const count = Number(row['count']);
    const end = Date.now() + SIGNED_MS;
    for (;;) {
      const note = await read('checkpoint');
      const { size } = parseCheckpoint(parseNote(Buffer.from(note).toString()).text);
      if (size >= count) return exportLog(read, target);
      if (Date.now() > end)
        throw new Error(`${name} has signed ${size} of ${count} entries after ${SIGNED_MS} ms`);
      await pause(200);
    }
  }

  private missingInLog(province: string, entries: readonly Entry[]): string[] {
    const has = new Set(entries.map(({ type, outcome, subject }) => `${type} ${outcome} ${subject}`));
    const decided = new Set(
      entries.filter(({ type }) => type === 'decision.made').map(({ details }) => details.decisionId),
    );
    const of = <T extends { readonly province: string }>(all: readonly T[]) =>
      all.filter((one) => one.province === province);
    return [
      ...of(this.ledger.registrations)
        .filter(({ registrationId }) => !has.has(`registry.filed success ${registrationId}`))
        .map(
          ({ registrationId }) => `${province}: the log lacks the acknowledged application ${registrationId}`,
        ),
      ...of(this.ledger.checks).flatMap(({ check: { checkId, coordinator } }) =>
        [
          `check.asked success ${checkId}`,
          `check.judged ${coordinator === 'AGREES' ? 'success' : 'failure'} ${checkId}`,
        ]
          .filter((wanted) => !has.has(wanted))
          .map((wanted) => `${province}: the log lacks ${wanted}`),
      ),
      ...of(this.ledger.decisions)
        .filter(({ decisionId }) => !decided.has(decisionId))
        .map(({ decisionId }) => `${province}: the log lacks the decision ${decisionId}`),
    ];
  }

  private coordinatorForgot(province: string, entries: ReadonlyMap<string, readonly Entry[]>): string[] {
    const judged = new Set(
      (entries.get('coordinator') ?? [])
        .filter(({ type }) => type === 'check.judged')
        .map(({ subject }) => subject),
    );
    return this.ledger.checks
      .filter(({ province: asker, check }) => asker === province && check.coordinator === 'AGREES')
      .filter(({ check }) => !judged.has(check.checkId))
      .map(({ check }) => `the coordinator's log lacks its result of ${check.checkId}`);
  }

  private async registryFaults(province: string, entries: readonly Entry[]): Promise<string[]> {
    const { databaseUrl } = this.stage.home.province(province);
    const faults: string[] = [];
    const idsBy = async (sql: string): Promise<Set<string>> =>
      new Set((await this.query(databaseUrl, sql)).map((row) => String(row['id'])));
    const registrations = await idsBy('SELECT registration_id AS id FROM registration');
    const logged = new Set(
      entries.flatMap(({ type, outcome, subject, details }) => {
        if (outcome !== 'success') return [];
        if (type === 'registry.filed' && subject !== null) return [subject];
        return type === 'registry.imported' ? (details.imported ?? []) : [];
      }),
    );
    for (const id of registrations)
      if (!logged.has(id)) faults.push(`${province}: ${id} is in the registry alone`);
    for (const id of logged)
      if (!registrations.has(id)) faults.push(`${province}: ${id} is in the log alone`);
    for (const { province: at, registrationId } of this.ledger.registrations)
      if (at === province && !registrations.has(registrationId))
        faults.push(`${province}: the registry lacks the acknowledged application ${registrationId}`);
    const [head] = await this.query(databaseUrl, 'SELECT searchable FROM registry_head');
    if (Number(head['searchable']) !== registrations.size)
      faults.push(
        `${province}: counts ${String(head['searchable'])} registrations and has ${registrations.size}`,
      );

    const checks = await this.query(databaseUrl, 'SELECT check_id AS id, verdict FROM duplicate_check');
    const verdicts = new Map(checks.map((row) => [String(row['id']), String(row['verdict'])]));
    for (const { province: at, check } of this.ledger.checks)
      if (at === province && verdicts.get(check.checkId) !== check.verdict)
        faults.push(
          `${province}: check ${check.checkId} was ${check.verdict} and is ${verdicts.get(check.checkId)}`,
        );
    const decisions = await idsBy('SELECT decision_id AS id FROM check_decision');
    for (const { province: at, decisionId } of this.ledger.decisions)
      if (at === province && !decisions.has(decisionId))
        faults.push(`${province}: the acknowledged decision ${decisionId} is missing`);

    const pages = await this.query(
      databaseUrl,
      "SELECT title, count(*) AS rows FROM registration WHERE title LIKE 'page %' GROUP BY title",
    );
    const rowsOf = new Map(pages.map((row) => [String(row['title']), Number(row['rows'])]));
    for (const [title, page] of this.ledger.pages) {
      if (page.province !== province) continue;
      const rows = rowsOf.get(title) ?? 0;
      if (rows !== ROWS && (page.committed || rows !== 0))
        faults.push(`${province}: ${title} has ${rows} of ${ROWS} rows, acknowledged: ${page.committed}`);
    }
    return faults;
  }

  private async query(
    urlFile: string,
    sql: string,
  ): Promise<[Record<string, unknown>, ...Record<string, unknown>[]]> {
    const dataSource = await createDataSource(readFileSync(urlFile, 'utf8').trim(), { poolSize: 1 });
    try {
      return await dataSource.query(sql);
    } finally {
      await dataSource.destroy();
    }
  }
}

function entriesOf(folder: string, size: number): Entry[] {
  return tilesOfTree(size)
    .filter(({ level }) => level === 'entries')
    .flatMap((tile) => readEntryBundle(readFileSync(join(folder, tilePath(tile))), tile))
    .map((entry) => entrySchema.parse(JSON.parse(Buffer.from(entry).toString())));
}

/** When a subject stands in a log for the first time. */
function firstSeen(entries: ReadonlyMap<string, readonly Entry[]>): Map<string, string> {
  const first = new Map<string, string>();
  for (const { subject, at } of [...entries.values()].flat())
    if (subject !== null && at < (first.get(subject) ?? '9')) first.set(subject, at);
  return first;
}
