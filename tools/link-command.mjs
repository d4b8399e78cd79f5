/** After an install: puts `weft` among the clone's own commands, so that `npx weft` runs it without asking to install it. */
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const commands = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));
const link = `${commands}/weft`;

if (process.platform !== 'win32') {
  mkdirSync(commands, { recursive: true });
  rmSync(link, { force: true });
  symlinkSync('../../apps/cli/bin/weft.mjs', link);
}
