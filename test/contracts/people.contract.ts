import { type AttemptLedger, type AuditEvent, type PeopleStore, RegistryError } from '#libs/registry';

/** People and attempts under test, empty, and what their log holds. */
export interface PeopleUnderTest {
  readonly people: PeopleStore;
  readonly attempts: AttemptLedger;
  /** Types of the entries in the log. */
  log(): Promise<string[]>;
  /** The same stores after a restart. */
  reopen(): Promise<Pick<PeopleUnderTest, 'people' | 'attempts'>>;
  close(): Promise<void>;
}

const person = { user: 'li.na', roles: ['examiner', 'auditor'], passwordHash: '$argon2id$…' } as const;
const entry: AuditEvent = {
  type: 'person.added',
  outcome: 'success',
  actor: { kind: 'program', name: 'test' },
  at: '2026-03-05T12:00:00.000Z',
  subject: 'li.na',
  details: { roles: ['examiner', 'auditor'] },
};
const at = (seconds: number) => new Date(Date.parse('2026-03-05T12:00:00Z') + seconds * 1_000);
const go = (failures: number, seconds: number) =>
  ({ kind: 'go', attempts: { failures, lastAt: at(seconds) } }) as const;

/** What every store of people and every ledger of attempts does. */
export function describePeople(name: string, open: () => Promise<PeopleUnderTest>): void {
  describe(`people contract: ${name}`, () => {
    let opened: PeopleUnderTest;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it('gives back a person as added, with the entry in the log', async () => {
      await opened.people.insert(person, entry);
      expect(await opened.people.find('li.na')).toEqual(person);
      expect(await opened.people.find('li')).toBeUndefined();
      expect(await opened.log()).toEqual(['person.added']);
    });

    it('refuses a user name that is taken, changes nothing and logs nothing', async () => {
      await opened.people.insert(person, entry);
      const again = opened.people.insert({ ...person, passwordHash: 'another' }, entry);
      await expect(again).rejects.toMatchObject({ code: 'CONFLICT', field: 'user' });
      await expect(again).rejects.toBeInstanceOf(RegistryError);
      expect(await opened.people.find('li.na')).toEqual(person);
      expect(await opened.log()).toEqual(['person.added']);
    });

    it('remembers attempts by key, also after a restart', async () => {
      await opened.attempts.begin('user:li.na', () => go(3, 0));
      const { attempts } = await opened.reopen();
      const known: unknown[] = [];
      await attempts.begin('user:li.na', (before) => (known.push(before), go(4, 1)));
      await attempts.begin('address:127.0.0.1', (before) => (known.push(before), go(1, 1)));
      expect(known).toEqual([{ failures: 3, lastAt: at(0) }, undefined]);
    });

    it('remembers nothing of an attempt that has to wait', async () => {
      await opened.attempts.begin('user:li.na', () => go(5, 0));
      const wait = { kind: 'wait', until: at(9) } as const;
      expect(await opened.attempts.begin('user:li.na', () => wait)).toEqual(wait);
      expect(await known('user:li.na')).toEqual({ failures: 5, lastAt: at(0) });
    });

    it('forgets a key, and takes one failure back', async () => {
      await opened.attempts.begin('user:li.na', () => go(4, 0));
      await opened.attempts.begin('address:127.0.0.1', () => go(2, 0));
      await opened.attempts.forget('user:li.na');
      await opened.attempts.forgiveOne('address:127.0.0.1');
      expect(await known('user:li.na')).toBeUndefined();
      expect(await known('address:127.0.0.1')).toEqual({ failures: 1, lastAt: at(0) });
      await opened.attempts.forgiveOne('address:127.0.0.1');
      await opened.attempts.forgiveOne('address:127.0.0.1');
      expect(await known('address:127.0.0.1')).toBeUndefined();
    });

    it('counts attempts that come side by side one after the other', async () => {
      const count = () => opened.attempts.begin('user:li.na', (before) => go((before?.failures ?? 0) + 1, 0));
      await Promise.all(Array.from({ length: 12 }, count));
      expect(await known('user:li.na')).toEqual({ failures: 12, lastAt: at(0) });
    });

    async function known(key: Parameters<AttemptLedger['begin']>[0]): Promise<unknown> {
      let seen: unknown;
      await opened.attempts.begin(key, (before) => {
        seen = before;
        return { kind: 'wait', until: at(0) };
      });
      return seen;
    }
  });
}
