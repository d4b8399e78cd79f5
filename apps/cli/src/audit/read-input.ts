import { readFile } from 'node:fs/promises';
import { openPolicy, type OpenPolicy } from '#libs/audit';
import { nodeLogCrypto } from '#libs/identity';
import { errorCode } from '../home/files.js';
import { Problem } from '../problem.js';

/** A file's bytes. @throws Problem if it cannot be read */
export async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new Problem(
      file,
      `cannot be read (${errorCode(cause) ?? 'unknown error'})`,
      'name the right file',
      {
        cause,
      },
    );
  }
}

/** A file that is JSON. @throws Problem */
export async function readJsonInput(file: string): Promise<unknown> {
  const content = await readInput(file);
  try {
    return JSON.parse(content.toString('utf8'));
  } catch (cause) {
    throw new Problem(file, 'is not JSON', 'name the right file', { cause });
  }
}

/** The auditor's policy. @throws Problem if the file cannot be read; AuditError if it is no policy */
export async function readPolicy(file: string): Promise<OpenPolicy> {
  return openPolicy(nodeLogCrypto, await readJsonInput(file));
}
