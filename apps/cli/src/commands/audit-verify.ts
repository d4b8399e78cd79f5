import { stat } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import {
  Findings,
  compareLogs,
  isCard,
  verifyBundle,
  verifyCard,
  verifyLog,
  type AuditReport,
  type KnownHead,
  type LogTerms,
  type OpenPolicy,
  type ToldByLog,
} from '#libs/audit';
import { nodeLogCrypto } from '#libs/identity';
import { auditExitCode } from '../audit/audit-exit.js';
import { auditText } from '../audit/audit-text.js';
import { logFolder } from '../audit/log-folder.js';
import { readInput, readPolicy } from '../audit/read-input.js';
import { Output } from '../output.js';
import { Problem } from '../problem.js';

const optionsSchema = z.object({ policy: z.string(), hashOnly: z.boolean().default(false) });

/** `weft audit verify`: bundles, cards and logs, together, under a policy. */
export function auditVerifyCommand(): Command {
  return new Command('verify')
    .description('verify evidence bundles, identity cards and logs under a policy, offline')
    .argument(
      '<path...>',
      'files of bundles and cards, and folders of logs; those given together are held against each other',
    )
    .requiredOption('--policy <file>', 'whom to trust: what "weft audit policy" wrote')
    .action(async (paths: string[], _options: unknown, command: Command) => {
      await audit(paths, false, command);
    });
}

/** `weft audit fsck`: whole logs, with every file there is. */
export function auditFsckCommand(): Command {
  return new Command('fsck')
    .description('check every file of a log under a policy, offline')
    .argument('<log...>', 'folders of logs')
    .requiredOption('--policy <file>', 'whom to trust: what "weft audit policy" wrote')
    .option('--hash-only', 'check hashes and signatures, and not what the entries say')
    .action(async (paths: string[], _options: unknown, command: Command) => {
      await audit(paths, true, command);
    });
}

async function audit(paths: readonly string[], everyFile: boolean, command: Command): Promise<void> {
  const { policy: policyFile, hashOnly } = optionsSchema.parse(command.opts());
  const policy = await readPolicy(policyFile);
  const { bundles, logs } = await sortPaths(paths);
  const reports: AuditReport[] = [];
  const known: KnownHead[] = [];
  for (const file of bundles) {
    const bytes = await readInput(file);
    const report = isCard(bytes)
      ? verifyCard(nodeLogCrypto, policy, bytes)
      : await verifyBundle(nodeLogCrypto, policy, bytes);
    known.push(...report.heads.map((head) => ({ ...head, from: `${file} ${head.from}` })));
    reports.push(report);
  }
  const across = new Findings();
  compareLogs(await verifyLogs(policy, logs, { known, everyFile, hashOnly }, reports), across);
  const findings = [...reports.flatMap((report) => report.findings), ...across.list];
  const summaries = reports.map(({ kind, subject, findings: found, proved }) => ({
    kind,
    subject,
    findings: found,
    proved,
  }));
  Output.of(command).result({ ok: findings.length === 0, reports: summaries, across: across.list }, () =>
    auditText(reports, across.list),
  );
  process.exitCode = auditExitCode(findings);
}

async function verifyLogs(
  policy: OpenPolicy,
  folders: readonly string[],
  terms: LogTerms,
  reports: AuditReport[],
): Promise<Map<string, ToldByLog>> {
  const told = new Map<string, ToldByLog>();
  for (const folder of folders) {
    const report = await verifyLog(nodeLogCrypto, policy, logFolder(folder), terms);
    if (report.told) told.set(report.subject, report.told);
    reports.push(report);
  }
  return told;
}

async function sortPaths(paths: readonly string[]): Promise<{ bundles: string[]; logs: string[] }> {
  const bundles: string[] = [];
  const logs: string[] = [];
  for (const path of paths) {
    const found = await stat(path).catch((cause: unknown) => {
      throw new Problem(path, 'cannot be read', 'name a bundle file or the folder of a log', { cause });
    });
    (found.isDirectory() ? logs : bundles).push(path);
  }
  return { bundles, logs };
}
