/** Whether every row of docs/threats.md names tests that exist and, where a run of them is known, that passed; and a way to break its control. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const TEST = /`([^`]+\.spec\.tsx?)` "([^"]+)"/g;

/** The rows of the page's tables: `| E1 | threat | control | tests | shown |`. */
export function readThreats(page) {
  return page
    .split('\n')
    .map((line) => line.match(/^\| ([A-Z]\d+) +\|/) && line.split(/(?<!\\)\|/).map((cell) => cell.trim()))
    .filter(Boolean)
    .map(([, id, threat, control, tests = '', shown = '']) => ({
      id,
      threat,
      control,
      shown,
      tests: [...tests.matchAll(TEST)].map(([, file, title]) => ({ file, title })),
    }));
}

/**
 * The page's faults, one line each.
 * @param results `testResults` of jest's reports; empty if nothing was run
 */
export function threatFaults(results = [], folder = root) {
  const rows = readThreats(readFileSync(join(folder, 'docs', 'threats.md'), 'utf8'));
  const breaks = JSON.parse(readFileSync(join(folder, 'test', 'attack', 'breaks.json'), 'utf8'));
  const faults = rows.length === 0 ? ['docs/threats.md: has no row'] : [];
  const ids = rows.map(({ id }) => id);
  for (const id of ids.filter((one, place) => ids.indexOf(one) !== place))
    faults.push(`${id}: stands in it twice`);
  for (const row of rows) {
    if (row.tests.length === 0) faults.push(`${row.id}: names no test`);
    for (const test of row.tests) faults.push(...testFaults(row.id, test, results, folder));
    if (!breaks.some(({ row: id }) => id === row.id) && !row.shown.startsWith('not shown:'))
      faults.push(
        `${row.id}: is neither broken in test/attack/breaks.json nor says why not ("not shown: ...")`,
      );
  }
  for (const one of breaks) {
    if (!ids.includes(one.row)) faults.push(`breaks.json: there is no row ${one.row}`);
    const source = join(folder, one.file);
    const times = existsSync(source) ? readFileSync(source, 'utf8').split(one.from).length - 1 : 0;
    if (times !== 1)
      faults.push(`breaks.json ${one.row}: what it changes stands ${times} times in ${one.file}`);
  }
  return faults;
}

function testFaults(id, { file, title }, results, folder) {
  const source = join(folder, file);
  if (!existsSync(source)) return [`${id}: there is no ${file}`];
  const text = readFileSync(source, 'utf8');
  if (![title, title.replaceAll("'", "\\'"), title.replaceAll('`', '\\`')].some((one) => text.includes(one)))
    return [`${id}: ${file} has no test "${title}"`];
  const ran = results.find(({ name }) => name.endsWith(`/${file}`));
  if (!ran) return results.length === 0 ? [] : [`${id}: ${file} was not run`];
  const pattern = titlePattern(title);
  const found = ran.assertionResults.filter((one) => pattern.test(one.title));
  if (found.length === 0) return [`${id}: ${file} did not run "${title}"`];
  return found.every(({ status }) => status === 'passed') ? [] : [`${id}: "${title}" did not pass`];
}

/** A title as it stands in the source: what is filled in by a row of cases may be anything. */
function titlePattern(title) {
  const parts = title
    .split(/%[sdijop]|\$\{[^}]+\}|\$[a-z]+/i)
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
