import { extname } from 'node:path';
import { Command, Option } from 'commander';
import { z } from 'zod';
import { openNode } from '../client/open-node.js';
import { readConfig } from '../config.js';
import { writeWhole } from '../home/files.js';
import { DEFAULT_MEMBERS } from '../home/weft-home.js';
import { Output } from '../output.js';
import { Problem } from '../problem.js';

const optionsSchema = z.object({
  province: z.string(),
  out: z.string().optional(),
  lang: z.enum(['zh', 'en']),
  batch: z.boolean().default(false),
});

const FORMATS = { check: ['pdf', 'json'], batch: ['pdf', 'xlsx', 'json'] } as const;

/** `weft report`: the report of one check, or of a batch, as a file whose name says which form. */
export function reportCommand(): Command {
  return new Command('report')
    .description('write the report of a check (比对鉴定报告) as PDF or JSON; of a batch also as an XLSX list')
    .argument('<check>', "a check's id; with --batch a batch's")
    .option('--batch', 'the report of a batch')
    .option('--province <id>', 'whose node made the check', DEFAULT_MEMBERS[0])
    .option(
      '--out <file>',
      'where to write it, ending in .pdf, .json or .xlsx; by default report-<check>.pdf',
    )
    .addOption(new Option('--lang <language>', 'of the PDF').choices(['zh', 'en']).default('zh'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const { province, out, lang, batch } = optionsSchema.parse(command.opts());
      const file = out ?? `report-${id}.pdf`;
      const kind = batch ? 'batch' : 'check';
      const format = FORMATS[kind].find((one) => `.${one}` === extname(file).toLowerCase());
      if (format === undefined) {
        const forms = FORMATS[kind].map((one) => `.${one}`).join(', ');
        throw new Problem(
          '--out',
          `${file} ends in none of ${forms}`,
          'let the name of the file say which form',
        );
      }
      const report = await openNode(readConfig(), province, 'auditor').report(kind, id, format, lang);
      writeWhole(file, report);
      Output.of(command).result(
        { [kind]: id, file, bytes: report.length },
        () => `${file}: ${report.length} bytes`,
      );
    });
}
