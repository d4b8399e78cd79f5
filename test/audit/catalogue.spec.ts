import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { EVENTS, readEntry, type EventRow } from '#libs/registry';
import { z } from 'zod';

const page = readFileSync(join(import.meta.dirname, '../../docs/audit-events.md'), 'utf8');
/** What the page tells of each event, by its type. */
const sections = new Map(
  page
    .split(/^### /m)
    .slice(1)
    .map((section) => [/^`([a-z.-]+)`/.exec(section)?.[1] ?? '', section.split(/^## /m)[0] ?? '']),
);
const asEntry = (example: object) => readEntry({ kind: 'weft.log-entry.v1', origin: 'zhejiang', ...example });
const exampleSchema = z.looseObject({
  type: z.string(),
  outcome: z.string(),
  details: z.record(z.string(), z.unknown()),
});
/** The examples of a section, with their digests written out. */
const examplesOf = (section: string) =>
  [...section.matchAll(/^```json\n(.*?)^```/gms)].map(([, json = '']) =>
    exampleSchema.parse(JSON.parse(json.replaceAll(':…', `:${'0'.repeat(64)}`))),
  );
/** The details that a section's table has. */
const tableOf = (section: string) => [...section.matchAll(/^\| `([A-Za-z]+)` +\|/gm)].map(([, name]) => name);
/** Told at the head of the page for every act that was refused. */
const TOLD_ONCE = ['code', 'field'];

describe('the catalogue of events', () => {
  it('has a section of its page for every event, and no other', () => {
    expect([...sections.keys()].sort()).toEqual(Object.keys(EVENTS).sort());
  });

  describe.each(Object.entries<EventRow>(EVENTS))('%s', (type, row) => {
    const section = sections.get(type) ?? '';
    const forms = [row.success, row.failure].flatMap((form) => form ?? []);

    it('has an example of every outcome, as its schema has it', () => {
      const examples = examplesOf(section);
      for (const example of examples) expect([type, asEntry(example)]).toMatchObject([example.type, example]);
      expect(new Set(examples.map(({ outcome }) => outcome))).toEqual(
        new Set([...(row.success ? ['success'] : []), ...(row.failure ? ['failure'] : [])]),
      );
    });

    it('is told field by field, each of which an example shows', () => {
      const fields = new Set(forms.flatMap(({ details }) => Object.keys(details.shape)));
      const own = [...fields].filter((field) => !TOLD_ONCE.includes(field)).sort();
      expect(tableOf(section).sort()).toEqual(own);
      const shown = new Set(examplesOf(section).flatMap(({ details }) => Object.keys(details)));
      expect([...shown].sort()).toEqual([...fields].sort());
    });

    it('takes no detail that its schema does not name', () => {
      for (const example of examplesOf(section)) {
        const more = { ...example.details, owner: '张三' };
        expect(asEntry({ ...example, details: more })).toMatch(/^details: Unrecognized key/);
        expect(asEntry({ ...example, owner: '张三' })).toMatch(/^entry: Unrecognized key/);
      }
    });
  });
});
