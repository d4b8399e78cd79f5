/**
 * Whether package-lock.json can be installed anywhere: no download address in it, no optional package missing from it, every package
 * by the digest of its content, and none that runs a program of its own at installing unless package.json says so.
 */
import { readFileSync } from 'node:fs';

/** The lock file's faults, one line each. */
export function lockFaults(file = new URL('../package-lock.json', import.meta.url)) {
  const { packages } = JSON.parse(readFileSync(file, 'utf8'));
  const { allowScripts = {} } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const faults = [];
  for (const [path, entry] of Object.entries(packages)) {
    if (entry.resolved && !entry.link) {
      faults.push(`${path}: has a "resolved" address; write the lock anew with this clone's .npmrc`);
    }
    if (path !== '' && !entry.link && !/^sha512-/.test(entry.integrity ?? ''))
      faults.push(`${path}: has no SHA-512 digest`);
    const package_ = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    if (entry.hasInstallScript && !(package_ in allowScripts) && !entry.optional)
      faults.push(`${path}: runs a script when it is installed; enter it in package.json, allowScripts`);
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
