import { mkdtempSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compareLogs,
  Findings,
  openPolicy,
  policyOfDirectory,
  verifyLog,
  type Finding,
  type ToldByLog,
} from '#libs/audit';
import { trustSchema } from '#libs/federation-log';
import { nodeLogCrypto } from '#libs/identity';
import { logFolder } from '../../apps/cli/src/audit/log-folder.js';
import { coordinatorLog } from '../../apps/cli/src/log/coordinator-log.js';
import { exportLog, type ReadLogFile } from '../../apps/cli/src/log/export-log.js';
import { localAddress, planPorts } from '../../apps/cli/src/up/ports.js';
import { type FaultStand } from './fault-stand.js';

/** Exports the logs of all five parties, verifies each, and holds them against each other, as an auditor does. */
export async function auditAllLogs({
  home,
  portBase,
  federation,
  provinces,
  auditorOf,
}: FaultStand): Promise<readonly Finding[]> {
  const { coordinatorLog: port } = planPorts(provinces, portBase);
  const trust = trustSchema.parse(JSON.parse(readFileSync(home.federation.trust, 'utf8')));
  const policy = openPolicy(
    nodeLogCrypto,
    policyOfDirectory(nodeLogCrypto.sha256, trust, federation.directory),
  );
  const findings = new Findings();
  const told = new Map<string, ToldByLog>();
  const remotes: [string, ReadLogFile][] = [
    ...provinces.map((province): [string, ReadLogFile] => [
      province,
      (path) => auditorOf(province).logFile(path),
    ]),
    ['coordinator', coordinatorLog(localAddress(port), home.coordinator)],
  ];
  const folder = mkdtempSync(join(home.root, 'audit-'));
  for (const [party, remote] of remotes) {
    await exportLog(remote, join(folder, party));
    const report = await verifyLog(nodeLogCrypto, policy, logFolder(join(folder, party)), {
      known: [],
      everyFile: false,
    });
    findings.addAll(report.findings);
    if (report.told !== null) told.set(report.subject, report.told);
  }
  compareLogs(told, findings);
  return findings.list;
}
