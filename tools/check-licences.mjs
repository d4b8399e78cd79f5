/** Whether every package that is installed in production has a licence on the list, by package-lock.json. */
import { readFileSync } from 'node:fs';

const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'OFL-1.1',
  'Python-2.0',
]);
/** Allowed to these alone: libraries that are loaded as they are and can be exchanged. */
const ALSO = [{ packages: /^@img\/sharp-/, licence: 'LGPL-3.0-or-later' }];
/** What the lock file does not say, by the LICENSE file of the package. */
const KNOWN = { busboy: 'MIT', 'png-js': 'MIT', streamsearch: 'MIT' };

/** The packages whose licence is not allowed, one line each. */
export function licenceFaults(file = new URL('../package-lock.json', import.meta.url)) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  return Object.entries(packages).flatMap(([path, { dev, license, link }]) => {
    if (path === '' || dev || link) return [];
    const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    const licence = license ?? KNOWN[name];
    if (licence === undefined)
      return [`${path}: names no licence; read its files and enter it in tools/check-licences.mjs`];
    return isAllowed(name, licence) ? [] : [`${path}: its licence ${licence} is not on the list`];
  });
}

/** Of an SPDX expression: all of what stands with AND, one of what stands with OR. */
function isAllowed(name, expression) {
  const allowed = (id) =>
    ALLOWED.has(id) || ALSO.some(({ packages, licence }) => packages.test(name) && licence === id);
  return expression
    .replace(/[()]/g, '')
    .split(/ OR /)
    .some((choice) => choice.split(/ AND /).every((id) => allowed(id.trim())));
}
