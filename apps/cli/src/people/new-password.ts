import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { readSecretFile } from '#libs/identity';
import { Problem } from '../problem.js';

/** Where somebody types; a terminal can be told not to show it. */
export interface Typing {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Where the questions stand. */
  readonly output: NodeJS.WritableStream;
}

/**
 * A password out of a file that its owner alone may read, without the white space around it.
 * @throws StartError if the file is missing or others may read it
 */
export async function readPasswordFile(file: string): Promise<string> {
  return (await readSecretFile(file)).toString('utf8').trim();
}

/**
 * Asks for a password twice, without showing it.
 * @throws Problem if there is no terminal, the two differ, or the typing was broken off
 */
export async function askNewPassword({ input, output }: Typing): Promise<string> {
  if (!input.isTTY) {
    throw new Problem(
      '--password-file',
      'is not given, and there is no terminal to type a password at',
      'write the password into a file of mode 0600 and name that',
    );
  }
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const typing = createInterface({ input, output: unseen, terminal: true, historySize: 0 });
  const lines = typing[Symbol.asyncIterator]();
  const ask = async (question: string): Promise<string> => {
    output.write(question);
    const line = await lines.next();
    output.write('\n');
    if (!line.done) return line.value;
    throw new Problem('password', 'was not typed to its end', 'run the command again');
  };
  try {
    const password = await ask('Password: ');
    if ((await ask('The same again: ')) === password) return password;
    throw new Problem('password', 'was not the same the second time', 'run the command again');
  } finally {
    typing.close();
  }
}
