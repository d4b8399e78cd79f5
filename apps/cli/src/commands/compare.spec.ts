import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { evidenceSchema } from '#libs/evidence';
import { composeDesign, drawPattern, mirror } from '#libs/pattern-drawing';
import sharp from 'sharp';
import { projectRoot } from '../home/project-root.js';

let folder: string;
let original: string;
let copy: string;
let other: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'weft-compare-'));
  const keep = (name: string, picture: Uint8Array): string => {
    writeFileSync(join(folder, name), picture);
    return join(folder, name);
  };
  const draw = (seed: number) => drawPattern(composeDesign(seed), { width: 400, height: 400 });
  original = keep('original.jpg', await draw(8));
  copy = keep('copy.jpg', await mirror(await draw(8)));
  other = keep('other.jpg', await draw(41));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Without a home, a node or a network to ask. */
function weft(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const program = join(projectRoot(), 'apps', 'cli', 'bin', 'weft.mjs');
  const env = { PATH: process.env['PATH'], WEFT_HOME: join(folder, 'no-home') };
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [program, 'compare', ...args],
      { env, timeout: 50_000, maxBuffer: 16 << 20 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

describe('weft compare', () => {
  it('finds a picture in itself a duplicate, and writes every file that it lists', async () => {
    const out = join(folder, 'same');
    const { code, stdout, stderr } = await weft(original, original, '--out', out, '--json');
    expect([code, stderr]).toEqual([10, '']);
    const { files, ...printed } = JSON.parse(stdout) as { files: string[] };
    const report = evidenceSchema.parse(JSON.parse(readFileSync(join(out, 'evidence.json'), 'utf8')));
    expect(printed).toEqual(report);
    const names = [...report.pictures.map(({ name }) => name), 'evidence.json'];
    expect(files).toEqual(names.map((name) => join(out, name)));
    expect(readdirSync(out).sort()).toEqual([...names].sort());
    for (const { name, width, height } of report.pictures) {
      const { format, ...size } = await sharp(join(out, name)).metadata();
      expect([format, size.width, size.height]).toEqual(['png', width, height]);
    }
  });

  it('tells people verdict, score, transform, shares, rarity and files', async () => {
    const out = join(folder, 'told');
    const { stdout } = await weft(copy, original, '--out', out);
    for (const part of ['结论 Verdict', 'Score: ', 'Transform: ', 'Matched: ', 'Rarity: ', 'evidence.json'])
      expect(stdout).toContain(part);
  });

  it('ends with 0 for pictures that have nothing in common', async () => {
    expect((await weft(other, original, '--out', join(folder, 'clear'))).code).toBe(0);
  });

  it('refuses a folder with something in it before it looks at pictures, and leaves it as it is', async () => {
    const out = join(folder, 'full');
    mkdirSync(out);
    writeFileSync(join(out, 'mine.txt'), 'mine');
    const { code, stderr } = await weft(join(folder, 'missing.jpg'), original, '--out', out);
    expect([code, stderr]).toEqual([1, `weft: --out: ${out} is not empty; give a new folder\n`]);
    expect(readdirSync(out)).toEqual(['mine.txt']);
  });

  it('names the side that is no picture, flat or missing, and leaves no report', async () => {
    const text = join(folder, 'text.jpg');
    writeFileSync(text, 'no picture');
    const flat = join(folder, 'flat.png');
    await sharp({ create: { width: 64, height: 64, channels: 3, background: '#888' } }).toFile(flat);
    const out = join(folder, 'bad');
    const first = await weft(text, original, '--out', out);
    expect([first.code, first.stderr]).toEqual([1, expect.stringContaining(`weft: A (${text}): `)]);
    const second = await weft(original, flat, '--out', out);
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining(`weft: B (${flat}): `)]);
    const third = await weft(original, join(folder, 'missing.jpg'), '--out', out);
    expect([third.code, third.stderr]).toEqual([1, expect.stringContaining('missing.jpg')]);
    expect(readdirSync(out)).toEqual([]);
  });
});
