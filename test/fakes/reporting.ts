import type { CheckedPictures } from '#libs/registry';
import {
  BatchReportDesk,
  type BatchReportDeskDeps,
} from '../../apps/province-node/src/reports/batch-report-desk.js';
import { ReportDesk } from '../../apps/province-node/src/reports/report-desk.js';
import type { ReportPool } from '../../apps/province-node/src/reports/report-pool.js';
import writeReport from '../../apps/province-node/src/reports/report-worker.js';

/** Keeps the pictures themselves, by digest. */
export function createFakeCheckedPictures(kept: Map<string, Uint8Array>): CheckedPictures {
  return { keep: async (digest, picture) => void kept.set(digest, picture) };
}

/** Writes reports in the test's own thread. */
export const inlinePool: ReportPool = {
  admit: (make) => make(),
  write: writeReport,
  close: async () => undefined,
};

/** The report desks over these parts. */
export function createReporting(deps: Omit<BatchReportDeskDeps, 'pool' | 'province'>): {
  reports: ReportDesk;
  batchReports: BatchReportDesk;
} {
  const desk = { ...deps, pool: inlinePool, province: 'zhejiang' };
  return { reports: new ReportDesk(desk), batchReports: new BatchReportDesk(desk) };
}
