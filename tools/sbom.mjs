/**
 * `npm run sbom`: the bill of materials (CycloneDX, JSON) of what is installed in production, on standard output. By the lock file:
 * `npm sbom --omit dev` leaves out every package that a development package needs too.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';

const { name, version, packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const args = ['sbom', '--sbom-format', 'cyclonedx', '--package-lock-only'];
const bom = JSON.parse(execFileSync('npm', args, { cwd: root, maxBuffer: 256 * 1024 * 1024 }).toString());

/** "name@version" of what the lock file installs in production; optional packages are for some machines alone. */
const production = new Map(
  Object.entries(packages)
    .filter(([path, { dev, link }]) => path !== '' && !dev && !link)
    .map(([path, entry]) => {
      const placed = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      return [`${entry.name ?? placed}@${entry.version}`, entry];
    }),
);
const components = bom.components.filter((component) => production.has(component['bom-ref']));
const named = new Set(components.map((component) => component['bom-ref']));
const missing = [...production].filter(([ref, { optional }]) => !optional && !named.has(ref));
if (missing.length > 0) {
  console.error(
    `sbom: npm names ${missing.length} packages too few: ${missing
      .slice(0, 5)
      .map(([ref]) => ref)
      .join(', ')}`,
  );
  process.exitCode = 1;
}
const own = bom.metadata.component['bom-ref'];
const kept = new Set([own, ...components.map((component) => component['bom-ref'])]);
const dependencies = bom.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => kept.has(one)) }));
const metadata = { ...bom.metadata, component: { ...bom.metadata.component, name, version } };
process.stdout.write(`${JSON.stringify({ ...bom, metadata, components, dependencies }, null, 2)}\n`);
