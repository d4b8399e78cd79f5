import { Command } from 'commander';
import { z } from 'zod';
import { openNode } from '../client/open-node.js';
import type { StatisticsReport } from '../client/check-report.js';
import { plainTable } from '../client/tables.js';
import { readConfig } from '../config.js';
import { writeWhole } from '../home/files.js';
import { DEFAULT_MEMBERS } from '../home/weft-home.js';
import { Output } from '../output.js';

const optionsSchema = z.object({
  province: z.string(),
  from: z.string(),
  to: z.string(),
  monthly: z.string().optional(),
});

/** `weft statistics`: a node's figures by month, and the monthly table in the national form. */
export function statisticsCommand(): Command {
  return new Command('statistics')
    .description("a province's applications, certificates, checks and duplicates by month")
    .requiredOption('--from <month>', 'such as 2026-01')
    .requiredOption('--to <month>', 'the last month, at most 36 in all')
    .option('--monthly <file>', 'write the registrations of the last month in the national form, XLSX')
    .option('--province <id>', 'whose node', DEFAULT_MEMBERS[0])
    .action(async (_options: unknown, command: Command) => {
      const { province, from, to, monthly } = optionsSchema.parse(command.opts());
      const node = openNode(readConfig(), province, 'auditor');
      const figures = await node.statistics(from, to);
      if (monthly !== undefined) writeWhole(monthly, await node.monthlyTable(to));
      Output.of(command).result(figures, () => statisticsText(figures));
    });
}

function statisticsText({ works, checks, examinations, shares }: StatisticsReport): string {
  const registry = plainTable([
    '月份 Month',
    '受理机构 Centre',
    '类别 Category',
    '申请 Applications',
    '发证 Certificates',
  ]);
  for (const row of works)
    registry.push([
      row.month,
      row.centre || '–',
      row.category,
      String(row.applications),
      String(row.certificates),
    ]);
  const checked = plainTable([
    '月份 Month',
    '查重 Checks',
    '比对次数 Comparisons',
    '图片 Pictures',
    '重复 Duplicates',
    '他省登记 Elsewhere',
    '不完整 Incomplete',
  ]);
  for (const row of checks) {
    const counts = [row.checks, row.comparisons, row.pictures, row.duplicates, row.elsewhere, row.incomplete];
    checked.push([row.month, ...counts.map(String)]);
  }
  const examined = plainTable([
    '月份 Month',
    '审结 Ended',
    '工作日中位数 Median',
    '平均 Average',
    '最长 Longest',
    '七日内 In time',
  ]);
  for (const { month, ended, median, average, longest, inTime } of examinations)
    examined.push([month, ended, median, average.toFixed(1), longest, inTime].map(String));
  const share = ({ count, of, share: part }: StatisticsReport['shares']['duplicates']): string =>
    `${count}/${of}${part === null ? '' : ` (${(100 * part).toFixed(2)}%)`}`;
  return [
    registry.toString(),
    checked.toString(),
    examined.toString(),
    `占被查图片的比例 Of the pictures checked: 重复 duplicates ${share(shares.duplicates)}, 他省登记 registered elsewhere ${share(shares.elsewhere)}`,
  ].join('\n');
}
