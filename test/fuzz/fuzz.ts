import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runTarget, type FuzzResult } from './run-target.js';
import { targets } from './targets.js';

/**
 * `npm run fuzz -- [--inputs 100000] [--only NAME,NAME] [--seed S] [--out FOLDER]`: every parser over so many inputs; exit code 1
 * if there is a finding, whose input is then in the folder.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      inputs: { type: 'string', default: '100000' },
      only: { type: 'string', default: Object.keys(targets).join(',') },
      seed: { type: 'string', default: '1' },
      out: { type: 'string', default: '.weft/fuzz' },
    },
  });
  const inputs = Number(values.inputs);
  if (!Number.isSafeInteger(inputs) || inputs < 1) throw new Error('--inputs: is not a whole number over 0');
  const unknown = values.only.split(',').find((name) => !(name in targets));
  if (unknown !== undefined)
    throw new Error(`--only: ${unknown} is none of ${Object.keys(targets).join(', ')}`);
  console.log(
    'parser                  inputs    refused   read  slowest ms   peak MB   growth MB   seconds  findings',
  );
  let found = 0;
  for (const name of values.only.split(',')) {
    const result = await runTarget({ targets: 'test/fuzz/targets.ts', name, seed: values.seed, inputs });
    console.log(line(result));
    found += result.findings.length;
    keep(result, values.out, values.seed);
  }
  process.exitCode = found === 0 ? 0 : 1;
}

function line({ name, inputs, refused, slowestMs, peakMb, growthMb, seconds, findings }: FuzzResult): string {
  const figures = [
    inputs,
    refused,
    inputs - refused,
    Math.round(slowestMs),
    Math.round(peakMb),
    growthMb.toFixed(1),
    Math.round(seconds),
    findings.length,
  ];
  const widths = [8, 11, 7, 12, 10, 12, 10, 10];
  return `${name.padEnd(22)}${figures.map((figure, place) => String(figure).padStart(widths[place] ?? 10)).join('')}`;
}

function keep({ name, findings }: FuzzResult, folder: string, seed: string): void {
  for (const [place, { kind, index, detail, input }] of findings.entries()) {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `${name}-${seed}-${place}`);
    writeFileSync(`${file}.bin`, Buffer.from(input, 'base64'));
    writeFileSync(`${file}.txt`, `${kind} at input ${index}\n${detail}\n`);
    console.log(`  ${kind} at input ${index}: ${detail.split('\n')[0]?.slice(0, 160)}; see ${file}.bin`);
  }
}

await main();
