import type { MigrationInterface } from 'typeorm';
import { CreateRegistry1767225600000 } from './1767225600000-create-registry.js';
import { CreateAuditLog1767225601000 } from './1767225601000-create-audit-log.js';
import { CreatePeopleAndChecks1767225602000 } from './1767225602000-create-people-and-checks.js';
import { CreateLogTree1767225604000 } from './1767225604000-create-log-tree.js';
import { KeepFingerprintHeads1767225603500 } from './1767225603500-keep-fingerprint-heads.js';
import { CreateWitness1767225606000 } from './1767225606000-create-witness.js';
import { KeepSalts1767225607500 } from './1767225607500-keep-salts.js';
import { FindCountsInTheLog1767225607000 } from './1767225607000-find-counts-in-the-log.js';
import { CreateDecisions1767225611000 } from './1767225611000-create-decisions.js';
import { KeepIncompleteChecks1767225611500 } from './1767225611500-keep-incomplete-checks.js';
import { KeepDirectories1767225614000 } from './1767225614000-keep-directories.js';
import { CreateFindings1767225616000 } from './1767225616000-create-findings.js';
import { CreateMarketFindings1767225617000 } from './1767225617000-create-market-findings.js';
import { CreateWorklist1767225618000 } from './1767225618000-create-worklist.js';
import { TellOfNoAppends1767225620000 } from './1767225620000-tell-of-no-appends.js';
import { KeepReasonsOfFindingsApart1767225630000 } from './1767225630000-keep-reasons-of-findings-apart.js';

/**
 * All migrations in the order in which they run, which is that of the times in their names. One that has been released is
 * never changed: what it did wrong, a later one mends.
 */
export const migrations: readonly (new () => MigrationInterface)[] = [
  CreateRegistry1767225600000,
  CreateAuditLog1767225601000,
  CreatePeopleAndChecks1767225602000,
  KeepFingerprintHeads1767225603500,
  CreateLogTree1767225604000,
  CreateWitness1767225606000,
  FindCountsInTheLog1767225607000,
  KeepSalts1767225607500,
  CreateDecisions1767225611000,
  KeepIncompleteChecks1767225611500,
  KeepDirectories1767225614000,
  CreateFindings1767225616000,
  CreateMarketFindings1767225617000,
  CreateWorklist1767225618000,
  TellOfNoAppends1767225620000,
  KeepReasonsOfFindingsApart1767225630000,
];
