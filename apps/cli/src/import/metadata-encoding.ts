import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { errorCode, explainFileError } from '../home/files.js';
import { Problem } from '../problem.js';

const HEAD_BYTES = 64 * 1024;

/** How a text file's bytes are to be read, as iconv-lite names it. */
export type TextEncoding = 'utf8' | 'gb18030' | 'utf-16le' | 'utf-16be';

/** A text file's encoding and its first 64 KiB. */
export interface FileHead {
  readonly encoding: TextEncoding;
  readonly bytes: Buffer;
}

/**
 * Tells how a table's file is encoded: by its byte order mark; else by its first line if that has more than ASCII (Chinese
 * headings in GB18030 are no UTF-8); else by the whole file: GB18030 if it is not strictly UTF-8.
 * @throws Problem naming the file if it cannot be read, is empty or is no text
 */
export async function detectEncoding(path: string): Promise<FileHead> {
  const bytes = await readHead(path);
  if (bytes.length === 0)
    throw new Problem(path, 'is empty', 'give a CSV file with headings in its first row');
  const marked = byteOrderMark(bytes);
  if (marked) return { encoding: marked, bytes };
  if (bytes.includes(0)) {
    throw new Problem(
      path,
      'is no text (a spreadsheet file?)',
      'save the table as CSV UTF-8 and give that file',
    );
  }
  const end = bytes.indexOf('\n');
  const firstLine = end < 0 ? bytes : bytes.subarray(0, end);
  const plainHeadings = firstLine.every((byte) => byte < 0x80);
  const unicode = plainHeadings || end < 0 ? await isUtf8File(path) : isUtf8(firstLine);
  return { encoding: unicode ? 'utf8' : 'gb18030', bytes };
}

async function readHead(path: string): Promise<Buffer> {
  try {
    const file = await open(path);
    try {
      if (!(await file.stat()).isFile()) {
        throw new Problem(path, 'is no file', 'give the CSV file with the metadata');
      }
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw error instanceof Problem ? error : explainFileError(error, path);
  }
}

function byteOrderMark(bytes: Buffer): TextEncoding | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

async function isUtf8File(path: string): Promise<boolean> {
  const strict = new TextDecoder('utf-8', { fatal: true });
  const chunks: AsyncIterable<Buffer> = createReadStream(path);
  try {
    for await (const chunk of chunks) strict.decode(chunk, { stream: true });
    strict.decode();
    return true;
  } catch (error) {
    if (errorCode(error) === 'ERR_ENCODING_INVALID_ENCODED_DATA') return false;
    throw explainFileError(error, path);
  }
}
