import { open, type FileHandle } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { explainFileError, readTextIfThere, writeWhole } from '../home/files.js';

/** What a comparison has found so far: a line for each block, on the disk before the next begins. */
export class StateFile<Block extends object> {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    /** Of earlier runs with the same terms. */
    readonly blocks: readonly Block[],
  ) {}

  /**
   * Takes up what is there if it is of the same terms; a line that was torn by a crash, and what follows it, is done again.
   * @param head the comparison's terms: one with others begins anew
   * @param block what a line must be
   * @throws Problem naming the file
   */
  static async open<Block extends object>(
    path: string,
    head: object,
    block: z.ZodType<Block>,
    afresh: boolean,
  ): Promise<StateFile<Block>> {
    const blocks = afresh ? [] : readBlocks(path, head, block);
    writeWhole(path, [head, ...blocks].map(lineOf).join(''));
    try {
      return new StateFile(path, await open(path, 'a'), blocks);
    } catch (error) {
      throw explainFileError(error, path);
    }
  }

  /** On the disk when it returns. */
  async add(block: Block): Promise<void> {
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

function readBlocks<Block>(path: string, head: object, block: z.ZodType<Block>): Block[] {
  const [first, ...lines] = (readTextIfThere(path) ?? '').split('\n');
  if (!isDeepStrictEqual(parsed(first), head)) return [];
  const blocks: Block[] = [];
  for (const line of lines) {
    const read = block.safeParse(parsed(line));
    if (!read.success) break;
    blocks.push(read.data);
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
