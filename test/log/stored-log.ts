import { openPolicy, policyOfDirectory, verifyLog, type KnownHead, type LogReport } from '#libs/audit';
import {
  readLogFile,
  signedDirectorySchema,
  trustSchema,
  verifyDirectory,
  type Directory,
  type LogReader,
} from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { readFileSync } from 'node:fs';
import type { WeftHome } from '../../apps/cli/src/home/weft-home.js';

/** What a home's founders and directory say, and the auditor's policy by them. */
export async function homePolicy({ federation }: WeftHome) {
  const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
  const trust = trustSchema.parse(read(federation.trust));
  const directory: Directory = await verifyDirectory(
    signedDirectorySchema.parse(read(federation.directory)),
    trust,
  );
  const policy = policyOfDirectory(nodeLogCrypto.sha256, trust, directory);
  return { directory, policy: openPolicy(nodeLogCrypto, policy) };
}

/** Verifies a log where it is stored, as an auditor does its files; that nobody has witnessed it yet is left out. */
export async function auditStored(
  store: LogReader,
  home: WeftHome,
  known: readonly KnownHead[] = [],
): Promise<LogReport> {
  const { policy } = await homePolicy(home);
  const files = {
    read: async (path: string) => (await readLogFile(store, path))?.bytes ?? null,
    list: async () => [],
  };
  const report = await verifyLog(nodeLogCrypto, policy, files, { known, everyFile: false });
  return { ...report, findings: report.findings.filter(({ fault }) => fault !== 'BELOW_QUORUM') };
}

/** Every committed entry is under a checkpoint, within ten seconds. */
export async function untilSigned(store: LogReader & { committed(): Promise<number> }): Promise<void> {
  for (let look = 0; look < 100; look += 1) {
    const signed = (await store.newest())?.size ?? 0;
    if (signed > 0 && signed === (await store.committed())) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the log is not signed within ten seconds');
}
