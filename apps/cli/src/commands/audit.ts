import { Command } from 'commander';
import { auditDiffCommand } from './audit-diff.js';
import { auditPolicyCommand } from './audit-policy.js';
import { auditFsckCommand, auditVerifyCommand } from './audit-verify.js';

/** `weft audit`: what an auditor does with files, offline and without a database. */
export function auditCommand(): Command {
  return new Command('audit')
    .description('verify evidence and logs offline')
    .addCommand(auditVerifyCommand())
    .addCommand(auditFsckCommand())
    .addCommand(auditDiffCommand())
    .addCommand(auditPolicyCommand());
}
