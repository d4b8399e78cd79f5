import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalBytes, canonicalJson, parseCanonical } from './canonical-json.js';
import { MAX_DEPTH, isCanonicalText } from './canonical-text.js';

const json = fc.jsonValue({ maxDepth: 5 });

describe('RFC 8785', () => {
  it('gives the form of section 3.2.2', () => {
    const value: unknown = JSON.parse(
      String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],` +
        String.raw`"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
    );
    expect(canonicalJson(value)).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
        String.raw`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts names by UTF-16 code units, as section 3.2.3 shows', () => {
    const value: unknown = JSON.parse(
      String.raw`{"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",` +
        String.raw`"\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}`,
    );
    expect([...canonicalJson(value).matchAll(/:"([^"]*)"/g)].map(([, name]) => name)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  // Appendix B: IEEE 754 bits and their text.
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['41b3de4355555553', '333333333.3333332'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the number of bits %s as %s', (bits, text) => {
    expect(canonicalJson(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });
});

describe('the canonical form', () => {
  it('is its own canonical form and keeps the value', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(parseCanonical(canonicalBytes(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it('does not depend on the order of members', () => {
    fc.assert(
      fc.property(
        fc
          .uniqueArray(fc.tuple(fc.string(), json), { selector: ([key]) => key })
          .chain((entries) =>
            fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
          ),
        ([entries, shuffled]) => {
          expect(canonicalJson(Object.fromEntries(shuffled))).toBe(
            canonicalJson(Object.fromEntries(entries)),
          );
        },
      ),
    );
  });

  it.each([
    ['undefined', undefined],
    ['an undefined member', { excluding: undefined }],
    ['an undefined item', [undefined]],
    ['NaN', { score: Number.NaN }],
    ['an infinity', [Infinity]],
    ['a lone surrogate', { title: '\ud83d' }],
    ['a lone surrogate in a name', { '\ude00': 1 }],
    ['a bigint', 1n],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['an object with toJSON', { toJSON: () => 1 }],
    ['a symbol member', { [Symbol('x')]: 1 }],
  ])('refuses %s', (_name, value) => {
    expect(() => canonicalJson(value)).toThrow(expect.objectContaining({ code: 'NO_CANONICAL_FORM' }));
  });

  it('is bounded in depth', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(canonicalJson(nested(MAX_DEPTH))).toContain('1');
    expect(() => canonicalJson(nested(MAX_DEPTH + 1))).toThrow(/nested/);
  });
});

describe('parsing signed bytes', () => {
  it.each(['{"b":1,"a":2}', '{"a": 1}', '{"a":1,"a":1}', '[1.0]', '"\\u0041"', '{"a":1}\n'])(
    'refuses %s, which is another form',
    (text) => {
      expect(() => parseCanonical(Buffer.from(text))).toThrow(
        expect.objectContaining({ code: 'NOT_CANONICAL' }),
      );
    },
  );

  it.each([Buffer.from('{'), Buffer.from([0x22, 0xff, 0x22]), Buffer.from('\ufeff1'), Buffer.alloc(0)])(
    'refuses what is not JSON in UTF-8',
    (bytes) => {
      expect(() => parseCanonical(bytes)).toThrow(expect.objectContaining({ code: 'MALFORMED' }));
    },
  );
});

/** Whether the library `canonicalize` would write the value of this text just so. */
function isWrittenSo(text: string): boolean {
  try {
    return canonicalJson(JSON.parse(text)) === text;
  } catch {
    return false;
  }
}

/** Pieces of which other forms of the same JSON are made. */
const PIECES = [
  ...'{}[]",:.-+\\/ \t\n019eEuabtf',
  '\\u0041',
  '\\u000f',
  '\\u000F',
  '\\u000a',
  '\\u001f',
  '\\u007f',
  '\\ud83d',
  '\\/',
  '\\n',
  '"a":1,',
  '"":0,',
  '"\\u0000":0,',
  '"\\r":[],',
  '1.0',
  '1e21',
  '-0',
  '0.1e-6',
  '[[[[[[[[[[[[[[[[',
  ']]]]]]]]]]]]]]]]',
];

describe('the form told from the text', () => {
  it('is the one that the library writes, for whatever JSON parses', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.constantFrom(0, 1), (text, indent) => {
        for (const one of [
          text,
          canonicalJson(JSON.parse(text)),
          JSON.stringify(JSON.parse(text), null, indent),
        ]) {
          expect([one, isCanonicalText(one)]).toEqual([one, isWrittenSo(one)]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('is told of canonical texts after any change that leaves them JSON', () => {
    let parsed = 0;
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.array(fc.tuple(fc.nat(), fc.nat(2), fc.constantFrom(...PIECES)), { minLength: 1, maxLength: 2 }),
        (value, changes) => {
          const changed = changes.reduce((text, [where, removed, piece]) => {
            const at = where % (text.length + 1);
            return text.slice(0, at) + piece + text.slice(at + removed);
          }, canonicalJson(value));
          if (/\p{Surrogate}/u.test(changed)) return;
          try {
            JSON.parse(changed);
          } catch {
            return;
          }
          parsed += 1;
          expect([changed, isCanonicalText(changed)]).toEqual([changed, isWrittenSo(changed)]);
        },
      ),
      { numRuns: 20_000 },
    );
    expect(parsed).toBeGreaterThan(1_000);
  });

  it.each([
    '{"a":1,"a":1}',
    '{"b":1,"a":2}',
    '{"\\u0000":1,"\\u0000":2}',
    '"\\u000F"',
    '"\\u000a"',
    '"\\/"',
    '"\\ud83d\\ude00"',
    '-0',
    '1e1',
    '1E+30',
    '0.0000001',
    ' 1',
    '[1 ]',
    '{"a" :1}',
    '[]\n',
    `${'['.repeat(34)}${']'.repeat(34)}`,
    `${'['.repeat(33)}1${']'.repeat(33)}`,
  ])('does not take %s', (text) => {
    expect([isCanonicalText(text), isWrittenSo(text)]).toEqual([false, false]);
  });

  it.each([
    '{"":1,"1":2,"é":3,"😀":4,"\ufb33":5}',
    '"\\u000f\\n\u007f\u2028"',
    '1e-7',
    '[[],{},"",0,-1.5,null]',
    `${'['.repeat(33)}${']'.repeat(33)}`,
  ])('takes %s', (text) => {
    expect([isCanonicalText(text), isWrittenSo(text)]).toEqual([true, true]);
  });
});
