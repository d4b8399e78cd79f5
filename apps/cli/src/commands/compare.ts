import { Command } from 'commander';
import { z } from 'zod';
import type { EvidenceReport } from '#libs/evidence';
import { VERDICT_ZH } from '../client/tables.js';
import { compareFiles } from '../compare/compare-files.js';
import { makeEmptyFolder, writeEvidence } from '../compare/write-evidence.js';
import { exitCodeOf } from '../exit-code.js';
import { Output } from '../output.js';

const optionsSchema = z.object({ out: z.string() });

/** `weft compare A B --out DIR`: two pictures against each other, with evidence that a person can look at. */
export function compareCommand(): Command {
  return new Command('compare')
    .description('compare two pictures on this machine and draw the evidence')
    .argument('<A>', 'the query: a JPEG, PNG, WebP or TIFF file')
    .argument('<B>', 'the candidate')
    .requiredOption('--out <folder>', 'a new or empty folder for the pictures and evidence.json')
    .addHelpText(
      'after',
      '\nNeeds no node and asks nobody. Exit code: 0 clear, 10 duplicate, 11 suspected, 1 error.\nWhat each picture shows stands in docs/evidence.md.',
    )
    .action(async (query: string, candidate: string, _options: unknown, command: Command) => {
      const { out } = optionsSchema.parse(command.opts());
      await makeEmptyFolder(out);
      const evidence = await compareFiles(query, candidate);
      const files = writeEvidence(evidence, out);
      const { report } = evidence;
      Output.of(command).result({ ...report, files }, () => comparisonText(report, files));
      process.exitCode = exitCodeOf(report.verdict);
    });
}

function comparisonText(report: EvidenceReport, files: readonly string[]): string {
  const { verdict, score, calibration, transformWords, matchedShare, rarity, absent } = report;
  return [
    `结论 Verdict: ${VERDICT_ZH[verdict]} ${verdict}`,
    `得分 Score: ${score.toFixed(4)} (重复 duplicate ≥ ${calibration.duplicateAt}, 疑似 suspected ≥ ${calibration.suspectedAt}, ${calibration.id})`,
    `几何关系 Transform: ${transformWords.zh} | ${transformWords.en}`,
    `匹配占比 Matched: 待查图 query ${percent(matchedShare.query)}, 候选图 candidate ${percent(matchedShare.candidate)}`,
    `罕见程度 Rarity: ${rarity.words.zh} | ${rarity.words.en}`,
    ...absentLines(absent),
    '文件 Files:',
    ...files.map((file) => `  ${file}`),
  ].join('\n');
}

/** One line for each reason. */
function absentLines(absent: EvidenceReport['absent']): string[] {
  const reasons = new Map(absent.map(({ reason }) => [reason.en, reason]));
  return [...reasons.values()].map(({ zh, en }) => {
    const names = absent.filter(({ reason }) => reason.en === en).map(({ name }) => name);
    return `未生成 Absent: ${names.join(', ')}: ${zh} | ${en}`;
  });
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
