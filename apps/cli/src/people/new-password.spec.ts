import { describe, expect, it } from '@jest/globals';
import { PassThrough } from 'node:stream';
import { askNewPassword } from './new-password.js';

/** A terminal at which these keys are pressed. */
function terminal(keys: string) {
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const output = new PassThrough();
  input.write(keys);
  return { typing: { input, output }, shown: () => String(output.read() ?? '') };
}

describe('a password that is typed', () => {
  it('is asked for twice and never shown', async () => {
    const { typing, shown } = terminal('correct horse\rcorrect horse\r');
    expect(await askNewPassword(typing)).toBe('correct horse');
    expect(shown()).toBe('Password: \nThe same again: \n');
  });

  it('is refused when it is another the second time', async () => {
    const { typing, shown } = terminal('correct horse\rcorrect house\r');
    await expect(askNewPassword(typing)).rejects.toThrow(/^password: was not the same the second time/);
    expect(shown()).not.toMatch(/horse|house/);
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('can be broken off by %s', async (_name, key) => {
    await expect(askNewPassword(terminal(`correct horse\r${key}`).typing)).rejects.toThrow(
      /^password: was not typed to its end/,
    );
  });

  it('needs a terminal', async () => {
    const nowhere = { input: new PassThrough(), output: new PassThrough() };
    await expect(askNewPassword(nowhere)).rejects.toThrow(/^--password-file: .*; write the password into/);
  });
});
