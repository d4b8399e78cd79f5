import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { FederationLogError, type LastSigned } from '#libs/federation-log';
import { systemCode } from './persistence-error.js';
import { writeSecretFile } from './secret-file.js';

const schema = z.object({
  size: z.int().positive(),
  root: z.string().regex(/^[0-9a-f]{64}$/),
});

/** The size and root that a log's key signed last, in a file of mode 0600 outside of the database. */
export function createLastSignedFile(path: string): LastSigned {
  return {
    async read() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if (systemCode(error) === 'ENOENT') return null;
        throw error;
      }
      const { size, root } = parse(path, text);
      return { size, root: Buffer.from(root, 'hex') };
    },
    write: ({ size, root }) =>
      writeSecretFile(path, `${JSON.stringify({ size, root: Buffer.from(root).toString('hex') })}\n`),
  };
}

function parse(path: string, text: string): z.infer<typeof schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new FederationLogError('DAMAGED', `${path} does not say what was signed last.`, { cause });
  }
}
