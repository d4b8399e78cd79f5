/** Whether package-lock.json can be installed anywhere: no download address in it, and no optional package missing from it. */
import { readFileSync } from 'node:fs';

/** The lock file's faults, one line each. */
export function lockFaults(file = new URL('../package-lock.json', import.meta.url)) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  const faults = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (entry.resolved && !entry.link) {
      faults.push(`${path}: has a "resolved" address; write the lock anew with this clone's .npmrc`);
    }
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (!isLocked(packages, path, name))
        faults.push(`${path || 'package.json'}: optional ${name} is missing from the lock`);
    }
  }
  return faults;
}

/** Whether `name`, asked for by the package at `path`, is found there or in a folder above, as Node looks for it. */
function isLocked(packages, path, name) {
  for (let from = path; ; from = from.slice(0, Math.max(0, from.lastIndexOf('/node_modules/')))) {
    if (packages[`${from ? `${from}/` : ''}node_modules/${name}`]) return true;
    if (!from) return false;
  }
}
