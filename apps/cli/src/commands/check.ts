import { basename } from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { z } from 'zod';
import { type CheckReport } from '../client/check-report.js';
import { type NodeClient, type PictureFile } from '../client/node-client.js';
import { openNode } from '../client/open-node.js';
import { readPicture, requirePicture } from '../client/picture-files.js';
import { checkText } from '../client/tables.js';
import { readConfig } from '../config.js';
import { exitCodeOf, gravest, type ExitCode } from '../exit-code.js';
import { DEFAULT_MEMBERS } from '../home/weft-home.js';
import { Output } from '../output.js';
import { Problem, reportOf, type ErrorReport } from '../problem.js';

/** From this many pictures on they go as one batch. */
const BATCH_FROM = 5;
const MOST_PICTURES = 10_000;

const optionsSchema = z.object({ province: z.string(), application: z.string().optional() });

/** What came of one picture. */
type Checked = { readonly file: string } & (CheckReport | ErrorReport);

/** `weft check PICTURE…`: one duplicate check a picture, over all members. */
export function checkCommand(): Command {
  return new Command('check')
    .description('check pictures against the registries of all members')
    .argument('<picture...>', 'JPEG, PNG, WebP or TIFF files')
    .option('--province <id>', 'the asking province', DEFAULT_MEMBERS[0])
    .option('--application <id>', 'the registration under check, which is not to find itself')
    .addHelpText(
      'after',
      '\nExit code: 0 clear, 10 duplicate, 11 suspected, 20 incomplete, 1 error; of several pictures the gravest,\n1 before 10 before 11 before 20 before 0.',
    )
    .action(async (pictures: string[], _options: unknown, command: Command) => {
      const { province, application } = optionsSchema.parse(command.opts());
      refuseUnfitArguments(pictures, application);
      const node = openNode(readConfig(), province);
      const output = Output.of(command);
      const checked =
        pictures.length < BATCH_FROM
          ? await checkOneByOne(node, pictures, application)
          : await checkAsBatch(node, pictures);
      report(output, checked);
      process.exitCode = gravest(checked.map(exitCode));
    });
}

function refuseUnfitArguments(pictures: readonly string[], application: string | undefined): void {
  if (pictures.length > MOST_PICTURES) {
    throw new Problem('picture', `${pictures.length} are too many`, `check at most ${MOST_PICTURES} at once`);
  }
  if (application !== undefined && pictures.length > 1) {
    throw new Problem(
      '--application',
      'goes with one picture',
      'check the pictures of several applications one by one',
    );
  }
}

async function checkOneByOne(
  node: NodeClient,
  pictures: readonly string[],
  application: string | undefined,
): Promise<Checked[]> {
  const checked: Checked[] = [];
  for (const picture of pictures) {
    try {
      const file = await readPicture(picture, basename(picture));
      checked.push({ file: picture, ...(await node.check(file, application)) });
    } catch (error) {
      checked.push({ file: picture, ...reportOf(error) });
    }
  }
  return checked;
}

/** Files that cannot be read are told and left out of the batch. */
async function checkAsBatch(node: NodeClient, pictures: readonly string[]): Promise<Checked[]> {
  const unread = new Map<string, ErrorReport>();
  const names = new Map(
    pictures.map((picture, index) => [`${index + 1} ${basename(picture)}`.slice(0, 200), picture]),
  );
  const readable = new Map<string, string>();
  for (const [name, picture] of names) {
    try {
      await requirePicture(picture);
      readable.set(name, picture);
    } catch (error) {
      unread.set(name, reportOf(error));
    }
  }
  const bar = new SingleBar({ format: '{bar} {value}/{total}', stream: process.stderr, noTTYOutput: false });
  bar.start(readable.size, 0);
  const items = await node.checkBatch(readable.size, read(readable), (finished) => bar.update(finished));
  bar.stop();
  const byName = new Map(items.map((item) => [item.name, item]));
  return [...names].map(([name, file]) => {
    const item = byName.get(name);
    const failed = unread.get(name)?.error ?? item?.error;
    if (item?.check) return { file, ...item.check };
    if (failed) return { file, error: failed };
    return { file, ...reportOf(new Problem(file, 'was not checked', 'check it again')) };
  });
}

async function* read(pictures: ReadonlyMap<string, string>): AsyncGenerator<PictureFile> {
  for (const [name, picture] of pictures) yield await readPicture(picture, name);
}

/** One picture: its object, or an error as every command tells it; several: an array. */
function report(output: Output, checked: readonly Checked[]): void {
  const [only] = checked;
  if (checked.length === 1 && only) {
    if ('error' in only) output.error(only);
    else output.result(only, () => checkText(only));
    return;
  }
  output.result(checked, () =>
    checked
      .map((item) => {
        const text =
          'error' in item
            ? `错误 Error: ${item.error.field}: ${item.error.problem}; ${item.error.remedy}`
            : checkText(item);
        return `${item.file}\n${text}`;
      })
      .join('\n\n'),
  );
}

function exitCode(checked: Checked): ExitCode {
  return 'error' in checked ? 1 : exitCodeOf(checked.verdict);
}
