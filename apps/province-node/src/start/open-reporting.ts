import { join } from 'node:path';
import { createCheckedPictures } from '#libs/persistence';
import type { CheckedPictures } from '#libs/registry';
import type { Logger } from 'pino';
import { CardDesk, type CardDeskDeps } from '../cards/card-desk.js';
import type { NodeConfig } from '../config.js';
import { BatchReportDesk, type BatchReportDeskDeps } from '../reports/batch-report-desk.js';
import { createPictureKeeper } from '../reports/keep-checked-picture.js';
import { ReportDesk } from '../reports/report-desk.js';
import { createReportPool } from '../reports/report-pool.js';

/** What makes the node's reports. */
export interface Reporting {
  readonly reports: ReportDesk;
  readonly batchReports: BatchReportDesk;
  /** To be told of every picture that is checked. */
  readonly checkedPictures: CheckedPictures;
  readonly cards: CardDesk;
}

const KEEPS_NOTHING: CheckedPictures = { keep: async () => undefined };

/** Copies of checked pictures lie in the data folder's checked-pictures/. @throws Error if the built worker is missing */
export function openReporting(
  { dataDir, province, keepCheckedPictures }: NodeConfig,
  deps: Omit<BatchReportDeskDeps, 'checkedPictures' | 'pool' | 'province'> & Omit<CardDeskDeps, 'pool'>,
  logger: Logger,
  closing: (() => Promise<void> | void)[],
): Reporting {
  const files = createCheckedPictures(join(dataDir, 'checked-pictures'));
  const pool = createReportPool();
  closing.push(() => pool.close());
  const desk = { ...deps, checkedPictures: files, pool, province };
  return {
    reports: new ReportDesk(desk),
    batchReports: new BatchReportDesk(desk),
    cards: new CardDesk(desk),
    checkedPictures: keepCheckedPictures ? createPictureKeeper(deps.registry, files, logger) : KEEPS_NOTHING,
  };
}
