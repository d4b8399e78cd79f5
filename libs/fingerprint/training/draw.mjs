/**
 * Draws patterns to learn and calibrate on: node draw.mjs FOLDER COUNT FIRST_SEED USE
 *
 * Writes FOLDER/patterns/<seed>.jpg, one design each, and FOLDER/manifest.csv (path, group, use, family). With USE "train"
 * some designs get variants: what counts as a copy has the design's group, what only looks like it a group of its own;
 * the family, the seed, holds them together.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  composeDesign,
  drawPattern,
  inSameColours,
  rearranged,
  recolour,
  redrawn,
  withOtherMotifs,
} from '#libs/pattern-drawing';

/** Which seeds get a variant: those that leave `rest` when divided by `every`. */
const VARIANTS = {
  colourway: { vary: recolour, every: 2, rest: 0, copy: true },
  layout: { vary: rearranged, every: 4, rest: 1, copy: true },
  redrawn: { vary: redrawn, every: 4, rest: 0, copy: false },
  motifs: { vary: withOtherMotifs, every: 4, rest: 2, copy: false },
  colours: { vary: inSameColours, every: 8, rest: 3, copy: false },
};
const SIDE = 320;

const [folder, count, firstSeed, use] = process.argv.slice(2);
const rows = ['path,group,use,family'];
await mkdir(join(folder, 'patterns'), { recursive: true });
for (let seed = Number(firstSeed); seed < Number(firstSeed) + Number(count); seed++) {
  const design = composeDesign(seed);
  await draw(design, seed, `${seed}`, `${seed}`);
  if (use !== 'train') continue;
  for (const [name, { vary, every, rest, copy }] of Object.entries(VARIANTS)) {
    if (seed % every !== rest) continue;
    await draw(vary(design, seed), seed, `${seed}-${name}`, copy ? `${seed}` : `${seed}-${name}`);
  }
}
await writeFile(join(folder, 'manifest.csv'), `${rows.join('\n')}\n`);

async function draw(design, seed, name, group) {
  await writeFile(
    join(folder, 'patterns', `${name}.jpg`),
    await drawPattern(design, { width: SIDE, height: SIDE }),
  );
  rows.push(`${name}.jpg,${group},${use},${seed}`);
}
