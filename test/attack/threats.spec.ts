import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { threatFaults } from '../../tools/check-threats.mjs';

const SPEC = 'libs/a/a.spec.ts';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-threats-'));
  for (const name of ['docs', 'test/attack', 'libs/a']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, SPEC), `it("is the other's", f);\nit.each(cases)('refuses %s', f);\n`);
  writeFileSync(join(folder, 'libs/a/a.ts'), 'if (allowed) go();\n');
  put([row('E1', `\`${SPEC}\` "refuses %s"`)]);
});
afterEach(() => rmSync(folder, { recursive: true }));

const row = (id: string, tests: string, shown = 'all are let in') =>
  `| ${id} | threat | control | ${tests} | ${shown} |`;
function put(rows: readonly string[], breaks: readonly object[] = [change('E1')]): void {
  const head = ['| id | threat | control | tests | shown |', '| --- | --- | --- | --- | --- |'];
  writeFileSync(join(folder, 'docs/threats.md'), [...head, ...rows].join('\n'));
  writeFileSync(join(folder, 'test/attack/breaks.json'), JSON.stringify(breaks));
}
const change = (id: string, from = 'if (allowed) ') => ({
  row: id,
  what: 'x',
  file: 'libs/a/a.ts',
  from,
  to: '',
});
const ran = (status: string, title = 'refuses a stranger') => [
  { name: `/somewhere/${SPEC}`, assertionResults: [{ title, status }] },
];
const faults = (results: Parameters<typeof threatFaults>[0] = []) => threatFaults(results, folder);

describe('the table of threats', () => {
  it('is good where every row names a test that is there, and passed if it was run', () => {
    expect(faults()).toEqual([]);
    expect(faults(ran('passed'))).toEqual([]);
    put([row('E1', `\`${SPEC}\` "is the other's"`)]);
    expect(faults(ran('passed', "is the other's"))).toEqual([]);
  });

  it('is bad where a test failed, was left out, or has gone', () => {
    expect(faults(ran('failed'))).toEqual(['E1: "refuses %s" did not pass']);
    expect(faults(ran('pending'))).toEqual(['E1: "refuses %s" did not pass']);
    expect(faults(ran('passed', 'another'))).toEqual([`E1: ${SPEC} did not run "refuses %s"`]);
    expect(faults([{ name: '/b.spec.ts', assertionResults: [] }])).toEqual([`E1: ${SPEC} was not run`]);
    put([row('E1', `\`${SPEC}\` "refuses strangers"`)]);
    expect(faults()).toEqual([`E1: ${SPEC} has no test "refuses strangers"`]);
    put([row('E1', '`libs/b.spec.ts` "refuses %s"')]);
    expect(faults()).toEqual(['E1: there is no libs/b.spec.ts']);
    put([row('E1', 'reviewed by hand')]);
    expect(faults()).toEqual(['E1: names no test']);
  });

  it('is bad where a row is not broken without a reason, or a break no longer fits its source', () => {
    const tests = `\`${SPEC}\` "refuses %s"`;
    put([row('E1', tests)], []);
    expect(faults()).toEqual([expect.stringMatching(/^E1: is neither broken/)]);
    put([row('E1', tests, 'not shown: there is no one place')], []);
    expect(faults()).toEqual([]);
    put([row('E1', tests)], [change('E1', 'if (permitted)')]);
    expect(faults()).toEqual(['breaks.json E1: what it changes stands 0 times in libs/a/a.ts']);
    put([row('E1', tests)], [change('E1'), change('E2')]);
    expect(faults()).toEqual(['breaks.json: there is no row E2']);
    put([row('E1', tests), row('E1', tests)]);
    expect(faults()).toEqual(['E1: stands in it twice']);
    put([]);
    expect(faults()).toContain('docs/threats.md: has no row');
  });
});
