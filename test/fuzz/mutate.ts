import { type Random } from './random.js';

/** Most bytes that an input grows to. */
const MAX_BYTES = 262_144;
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x0d, 0x22, 0x2c, 0x2e, 0x30, 0x3d, 0x5b, 0x7b];
const NUMBERS = [
  0,
  -0,
  -1,
  1,
  0.1,
  255,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  -(2 ** 53),
  1e308,
  5e-324,
  64,
  65,
];
const TEXTS = [
  '',
  ' ',
  '\0',
  '\n\n',
  '\ud800',
  '\u202e',
  '\ufeff',
  'a'.repeat(300),
  '__proto__',
  'constructor',
  '../../../etc/passwd',
  "'; DROP TABLE registration; --",
  '=1+1',
  '@SUM(A1)',
  '{{7*7}}',
  'sha256:',
  '1e999',
  'NaN',
  '浙作登字-2021-F-00012345',
  '９９９９',
  '2026-02-30T25:61:00.000Z',
];

/** One of them, and rarely one longer than any limit. */
function wordOf(random: Random): string {
  return random.oneIn(150) ? 'a'.repeat(70_000) : random.of(TEXTS);
}

/** One to six changes of bytes: bits, edges, cuts, repeats, lengths, and pieces of another seed. */
export function mutateBytes(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  let changed: Buffer = Buffer.from(bytes);
  for (let left = 1 + random.below(6); left > 0; left--) changed = changeOnce(random, changed, other);
  return changed.subarray(0, MAX_BYTES);
}

function changeOnce(random: Random, bytes: Buffer, other: Uint8Array): Buffer {
  const at = random.below(bytes.length + 1);
  const length = random.oneIn(4)
    ? random.below(bytes.length - at + 1)
    : random.below(Math.min(16, bytes.length - at) + 1);
  const [head, piece, tail] = [
    bytes.subarray(0, at),
    bytes.subarray(at, at + length),
    bytes.subarray(at + length),
  ];
  switch (random.below(9)) {
    case 0:
      return Buffer.concat([head, Buffer.from(piece.map((byte) => byte ^ (1 << random.below(8)))), tail]);
    case 1:
      return Buffer.concat([head, Buffer.from(piece.map(() => random.of(EDGES))), tail]);
    case 2:
      return Buffer.concat([head, Buffer.from(piece.map(() => random.below(256))), tail]);
    case 3:
      return Buffer.concat([head, tail]);
    case 4:
      return Buffer.concat([head, piece, piece, tail]);
    case 5:
      return head;
    case 6:
      return Buffer.concat([head, other.subarray(random.below(other.length + 1)).subarray(0, 512), tail]);
    case 7:
      return Buffer.concat([head, Buffer.from(wordOf(random)), tail]);
    default:
      return withNumber(random, bytes, at);
  }
}

/** A length or a count is often two or four bytes: writes an edge of its range there. */
function withNumber(random: Random, bytes: Buffer, at: number): Buffer {
  const value = Buffer.alloc(4);
  value.writeUInt32LE(random.of([0, 1, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff]));
  if (random.oneIn(2)) value.reverse();
  return Buffer.concat([bytes.subarray(0, at), value.subarray(0, random.of([2, 4])), bytes.subarray(at + 4)]);
}

/** One to four changes of a text, by character and by word. */
export function mutateText(random: Random, text: string): string {
  let characters = [...text];
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(characters.length + 1);
    const put = random.oneIn(3) ? wordOf(random) : String.fromCodePoint(codePoint(random));
    const away = random.below(4);
    characters = [...characters.slice(0, at), put, ...characters.slice(at + away)];
  }
  return characters.join('');
}

/** Of ASCII, of the plane of Chinese, of dashes and spaces, of whatever there is; lone surrogates among them. */
function codePoint(random: Random): number {
  switch (random.below(4)) {
    case 0:
      return random.below(0x80);
    case 1:
      return 0x4e00 + random.below(0x51a5);
    case 2:
      return random.of([
        0x2010, 0x2212, 0xff0d, 0x3000, 0x200b, 0xff10, 0xff21, 0x130, 0x1e9e, 0xfb03, 0x0301,
      ]);
    default:
      return random.below(0x110000);
  }
}

/** A JSON value with one to three of its nodes changed: type, range, depth, length, names. */
export function mutateJson(random: Random, value: unknown): unknown {
  let changed = value;
  for (let left = 1 + random.below(3); left > 0; left--) changed = changeNode(random, changed, 0);
  return changed;
}

function changeNode(random: Random, value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || random.oneIn(depth === 0 ? 60 : 8))
    return replace(random, value);
  if (Array.isArray(value)) return changeList(random, value, depth);
  const entries = Object.entries(value);
  if (entries.length === 0 || random.oneIn(12)) {
    const name = random.of([...TEXTS.slice(0, 10), ...entries.map(([known]) => known)]);
    return Object.fromEntries([...entries, [name, replace(random, null)]]);
  }
  const place = random.below(entries.length);
  if (random.oneIn(8)) return Object.fromEntries(entries.filter((_entry, index) => index !== place));
  return Object.fromEntries(
    entries.map(([name, one], index) => [name, index === place ? changeNode(random, one, depth + 1) : one]),
  );
}

function changeList(random: Random, list: readonly unknown[], depth: number): unknown[] {
  const place = random.below(list.length);
  switch (random.below(6)) {
    case 0:
      return [...list, ...list];
    case 1:
      return list.filter((_one, index) => index !== place);
    case 2:
      return [...list].reverse();
    case 3:
      return random.oneIn(2) ? copies(list[place]) : [];
    default:
      return list.map((one, index) => (index === place ? changeNode(random, one, depth + 1) : one));
  }
}

/** More than any list may have; fewer where one is long, so that an input stays under some hundred kilobytes. */
function copies(one: unknown): unknown[] {
  const length = JSON.stringify(one)?.length ?? 1;
  return Array.from({ length: length < 100 ? 2_000 : 70 }, () => one);
}

function replace(random: Random, value: unknown): unknown {
  if (typeof value === 'string' && !random.oneIn(4)) return mutateText(random, value);
  if (typeof value === 'number' && !random.oneIn(4))
    return random.oneIn(2) ? value + random.of([-1, 1, 0.5]) : random.of(NUMBERS);
  switch (random.below(7)) {
    case 0:
      return null;
    case 1:
      return random.oneIn(2);
    case 2:
      return random.of(NUMBERS);
    case 3:
      return wordOf(random);
    case 4:
      return [value];
    case 5:
      return { value };
    default:
      return nested(1 + random.below(random.oneIn(10) ? 3_000 : 70));
  }
}

function nested(depth: number): unknown {
  let value: unknown = 0;
  for (let left = depth; left > 0; left--) value = left % 2 ? [value] : { a: value };
  return value;
}
