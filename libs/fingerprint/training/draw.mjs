/**
 * Draws patterns to learn and calibrate on: node draw.mjs FOLDER COUNT FIRST_SEED USE
 *
 * Writes FOLDER/patterns/<seed>.jpg, one design each, and FOLDER/manifest.csv (path, group, use).
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeDesign, drawPattern } from '#libs/pattern-drawing';

const [folder, count, firstSeed, use] = process.argv.slice(2);
const rows = ['path,group,use'];
await mkdir(join(folder, 'patterns'), { recursive: true });
for (let seed = Number(firstSeed); seed < Number(firstSeed) + Number(count); seed++) {
  const picture = await drawPattern(composeDesign(seed), { width: 320, height: 320 });
  await writeFile(join(folder, 'patterns', `${seed}.jpg`), picture);
  rows.push(`${seed}.jpg,${seed},${use}`);
}
await writeFile(join(folder, 'manifest.csv'), `${rows.join('\n')}\n`);
