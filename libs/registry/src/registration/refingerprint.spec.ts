import { expect, test } from '@jest/globals';
import { createFakeDesk, digestOf, type FakeDesk } from '../../../../test/fakes/registration-desk.js';
import { fileApplication } from './file-application.js';
import { refingerprint, type Refingerprinted } from './refingerprint.js';
import { RegistryError } from '../errors.js';
import type { DepositCopies, Fingerprinter } from './ports.js';

const NEXT = `sha256:${'1'.repeat(64)}`;
const metadata = { title: '缠枝莲', category: 'F', owner: '某某', completedOn: '2026-01-02', centre: '' };
const actor = { kind: 'program', name: 'test' } as const;

/** Takes what the desk's takes, of the next model; a picture that begins with "unfit" it does not. */
function next(desk: FakeDesk, fingerprinted: string[] = []): Fingerprinter {
  return {
    modelDigest: NEXT,
    async fingerprint(picture) {
      const text = Buffer.from(picture).toString();
      if (text.startsWith('unfit')) throw new RegistryError('UNFIT_PICTURE', 'picture', 'is flat', 'send');
      fingerprinted.push(text);
      const { pattern, fingerprint } = await desk.fingerprinter.fingerprint(picture);
      return { pattern, fingerprint: { ...fingerprint, modelDigest: NEXT } };
    },
  };
}

async function fileAll(desk: FakeDesk, pictures: readonly string[]): Promise<void> {
  for (const picture of pictures)
    await fileApplication(desk, { picture: Buffer.from(picture), metadata, actor });
}

async function take(from: AsyncGenerator<Refingerprinted>, most = Infinity): Promise<Refingerprinted[]> {
  const taken: Refingerprinted[] = [];
  for await (const one of from) if (taken.push(one) >= most) break;
  return taken;
}

test('stopped anywhere it goes on where it was, and in the end every registration is searchable in the new version', async () => {
  const desk = createFakeDesk();
  const pictures = Array.from({ length: 250 }, (_, number) => `picture ${number}`);
  await fileAll(desk, pictures);
  const made: string[] = [];
  const deps = { ...desk, atOnce: 3, actor, fingerprinter: next(desk, made) };
  await take(refingerprint(deps), 120);
  await take(refingerprint(deps), 50);
  const rest = await take(refingerprint(deps));
  // What was under way when it was stopped is done too.
  expect(rest.length).toBeGreaterThan(70);
  expect(rest.length).toBeLessThanOrEqual(80);
  expect([...made].sort()).toEqual([...pictures].sort());
  const changes = await desk.registry.changesSince(0, NEXT, 1_000);
  expect(changes.filter(({ fingerprint }) => fingerprint !== null)).toHaveLength(250);
  expect(desk.registry.entries.filter(({ type }) => type === 'registry.refingerprinted')).toHaveLength(250);
});

test('a picture whose copy is lost or that is unfit now is told and passed over', async () => {
  const desk = createFakeDesk();
  await fileAll(desk, ['one', 'unfit', 'lost', 'two']);
  const depositCopies: Pick<DepositCopies, 'get'> = {
    get: (digest) =>
      desk.depositCopies.get(digest === digestOf(Buffer.from('lost')) ? digestOf('nothing') : digest),
  };
  const deps = { ...desk, atOnce: 1, depositCopies, actor, fingerprinter: next(desk) };
  const problems = (await take(refingerprint(deps))).map(({ problem }) => problem);
  expect(problems.filter((problem) => problem === null)).toHaveLength(2);
  expect(problems.filter((problem) => problem !== null).sort()).toEqual([
    expect.stringContaining('is flat'),
    expect.stringContaining('is unknown'),
  ]);
  expect(await desk.registry.patternsWithout(NEXT, null, 10)).toHaveLength(2);
});

test('a full fingerprinter ends the pass: nothing is told unfit that was not looked at', async () => {
  const desk = createFakeDesk();
  await fileAll(desk, ['one', 'two']);
  const full: Fingerprinter = {
    modelDigest: NEXT,
    fingerprint: () => Promise.reject(new RegistryError('TOO_MANY', 'picture', 'are many', 'wait')),
  };
  await expect(take(refingerprint({ ...desk, atOnce: 1, actor, fingerprinter: full }))).rejects.toThrow(
    'are many',
  );
});

test('the same picture filed again in a newer version is searchable in that version at once', async () => {
  const desk = createFakeDesk();
  await fileAll(desk, ['one']);
  await fileAll({ ...desk, fingerprinter: Object.assign(next(desk), { pictures: [] }) }, ['one']);
  const changes = await desk.registry.changesSince(0, NEXT, 10);
  expect(changes).toHaveLength(2);
  expect(changes.every(({ fingerprint }) => fingerprint !== null)).toBe(true);
});
