import { open, type FileHandle } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { transformSchema, type ComparedBlock } from '#libs/registry';
import { z } from 'zod';
import { explainFileError, readTextIfThere, writeWhole } from '../home/files.js';

const headSchema = z.object({
  kind: z.literal('weft.self-comparison.v1'),
  modelDigest: z.string(),
  nearest: z.int(),
  retrieveAt: z.number(),
  reportAt: z.number(),
});

/** What a comparison is of: one with other terms begins anew. */
export type SelfComparisonHead = z.infer<typeof headSchema>;

const blockSchema = z.object({
  position: z.int(),
  registrations: z.int(),
  pairs: z.array(
    z.object({
      first: z.string(),
      second: z.string(),
      score: z.number(),
      transform: transformSchema.nullable(),
      query: z.enum(['first', 'second']),
    }),
  ),
  unlike: z.array(z.string()),
  incomplete: z.array(z.string()),
});

/** What a comparison has found so far: a line for each block, on the disk before the next begins. */
export class StateFile {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    /** Of earlier runs with the same terms. */
    readonly blocks: readonly ComparedBlock[],
  ) {}

  /**
   * Takes up what is there if it is of the same terms; a line that was torn by a crash, and what follows it, is done again.
   * @throws Problem naming the file
   */
  static async open(path: string, head: SelfComparisonHead, afresh: boolean): Promise<StateFile> {
    const blocks = afresh ? [] : readBlocks(path, head);
    writeWhole(path, [head, ...blocks].map(lineOf).join(''));
    try {
      return new StateFile(path, await open(path, 'a'), blocks);
    } catch (error) {
      throw explainFileError(error, path);
    }
  }

  /** On the disk when it returns. */
  async add(block: ComparedBlock): Promise<void> {
    try {
      await this.file.write(lineOf(block));
      await this.file.sync();
    } catch (error) {
      throw explainFileError(error, this.path);
    }
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

function readBlocks(path: string, head: SelfComparisonHead): ComparedBlock[] {
  const [first, ...lines] = (readTextIfThere(path) ?? '').split('\n');
  if (!isDeepStrictEqual(headSchema.safeParse(parsed(first)).data, head)) return [];
  const blocks: ComparedBlock[] = [];
  for (const line of lines) {
    const block = blockSchema.safeParse(parsed(line));
    if (!block.success) break;
    blocks.push(block.data);
  }
  return blocks;
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

function parsed(line = ''): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
