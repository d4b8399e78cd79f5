// A process that imports page after page of 64 rows into a province until it is killed. It prints the title of each page that was
// acknowledged to it.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { drawnFingerprints } from '../../../dist/apps/cli/src/bench/federation/drawn-fingerprints.js';
import { openPageImporter } from '../../../dist/apps/cli/src/bench/load/import-page.js';
import { homeAt } from '../../../dist/apps/cli/src/home/weft-home.js';

const [root, province, seed] = process.argv.slice(2);
const ROWS = 64;
const BETWEEN_MS = 200;

let importer;
while (importer === undefined) {
  // Its database may be away just now.
  importer = await openPageImporter(homeAt(root).province(province)).catch(() => undefined);
  if (importer === undefined) await pause(BETWEEN_MS);
}
const drawn = drawnFingerprints(1_000_000, Number(seed));
process.stdout.write('ready\n');
for (;;) {
  const title = `page ${randomUUID()}`;
  // Named before it is begun: a page that was not acknowledged must be there whole or not at all.
  process.stdout.write(`begun ${title}\n`);
  try {
    await importer.importPage(
      Array.from({ length: ROWS }, () => drawn.next().value),
      title,
    );
    process.stdout.write(`committed ${title}\n`);
  } catch {
    // The database is away: a later page finds it again.
  }
  await pause(BETWEEN_MS);
}
