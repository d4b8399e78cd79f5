import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { directorySchema } from '#libs/federation-log';
import { homeAt } from '../home/weft-home.js';
import { makeTrialHome } from './trial-home.js';

const TRIAL = {
  members: ['zhejiang', 'guangdong'],
  address: '{party}:7443',
  database: 'postgresql://weft@postgres-{party}:5432/weft',
  secondCoordinator: false,
};

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'weft-trial-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = (path: string) => readFileSync(path, 'utf8').trim();

describe('a home of a trial federation', () => {
  it('has each party reached by its name, and each database a password of its own', async () => {
    const home = homeAt(folder);
    expect(await makeTrialHome(home, TRIAL, new Date())).toEqual(['zhejiang', 'guangdong']);
    const { payload } = JSON.parse(text(home.federation.directory)) as { payload: string };
    const directory = directorySchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    expect(directory.coordinator.address).toBe('coordinator:7443');
    expect(directory.members.map(({ address }) => address)).toEqual(['zhejiang:7443', 'guangdong:7443']);
    const parties = [home.coordinator, home.province('zhejiang'), home.province('guangdong')];
    const passwords = parties.map((party) => text(join(party.folder, 'database-password')));
    expect(new Set(passwords).size).toBe(3);
    expect(parties.map((party) => new URL(text(party.databaseUrl)).password)).toEqual(passwords);
    expect(new URL(text(home.province('zhejiang').databaseUrl)).host).toBe('postgres-zhejiang:5432');
    for (const party of parties)
      for (const file of [party.databaseUrl, join(party.folder, 'database-password'), party.tlsKey])
        expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('has all that a second coordinator needs in a folder of its own: keys and database of the first', async () => {
    const home = homeAt(folder);
    await makeTrialHome(home, { ...TRIAL, secondCoordinator: true }, new Date());
    const { payload } = JSON.parse(text(home.federation.directory)) as { payload: string };
    const directory = directorySchema.parse(JSON.parse(Buffer.from(payload, 'base64url').toString()));
    expect(directory.coordinator).toMatchObject({
      address: 'coordinator:7443',
      alsoAt: ['coordinator-2:7443'],
    });
    const files = [
      'signingKey',
      'logKey',
      'tlsKey',
      'tlsCertificate',
      'caCertificate',
      'databaseUrl',
    ] as const;
    for (const file of files) {
      expect(text(home.secondCoordinator[file])).toBe(text(home.coordinator[file]));
      expect(statSync(home.secondCoordinator[file]).mode & 0o777).toBe(0o600);
    }
  });

  it('keeps what it made when it is asked again', async () => {
    const home = homeAt(folder);
    await makeTrialHome(home, TRIAL, new Date());
    const before = [home.coordinator.databaseUrl, home.coordinator.signingKey, home.federation.directory].map(
      text,
    );
    await makeTrialHome(home, TRIAL, new Date());
    expect(
      [home.coordinator.databaseUrl, home.coordinator.signingKey, home.federation.directory].map(text),
    ).toEqual(before);
  });

  it.each([
    [{ members: ['zhejiang', 'atlantis'] }, /members: "atlantis" is no province/],
    [{ members: ['zhejiang'] }, /members: are fewer than two/],
    [{ members: ['zhejiang', 'zhejiang'] }, /members: .*name one twice/],
    [{ address: 'node:7443' }, /address: has no \{party\} in it/],
    [{ database: '{party}' }, /database: is no URL/],
  ])('names what is wrong: %j', async (change, problem) => {
    await expect(makeTrialHome(homeAt(folder), { ...TRIAL, ...change }, new Date())).rejects.toThrow(problem);
  });
});
