import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { generateSigningKey } from '#libs/federation-log';
import { createFakeDesk, type FakeDesk } from '../../../../test/fakes/registration-desk.js';
import type { Actor } from '../audit.js';
import type { CheckDecision } from '../decision/check-decision.js';
import { decideCheck } from '../decision/decide-check.js';
import { examine, register } from '../registration/decide-registration.js';
import { fileApplication } from '../registration/file-application.js';
import { CLEAR_TOKEN_MS, type ClearToken } from './clear-token.js';

const actor: Actor = { kind: 'person', name: 'examiner' };

let desk: FakeDesk;
let registrationId: string;

beforeEach(async () => {
  desk = createFakeDesk();
  registrationId = await examined('a picture');
});

async function examined(picture: string): Promise<string> {
  const metadata = { title: '缠枝莲', category: 'F', owner: '某公司' };
  const filed = await fileApplication(desk, { picture: Buffer.from(picture), metadata, actor });
  await examine(desk, { registrationId: filed.registrationId, actor });
  return filed.registrationId;
}

const tryWith = (clearToken: string, id = registrationId) =>
  register(desk, { registrationId: id, actor, clearToken });

/** Refused by this problem: the application is as it was, and the log says that it was tried. */
async function isRefused(clearToken: string, problem: string): Promise<void> {
  await expect(tryWith(clearToken)).rejects.toMatchObject({
    code: 'NO_CLEAR_TOKEN',
    field: 'clearToken',
    problem: expect.stringContaining(problem),
  });
  expect(await desk.registry.find(registrationId)).toMatchObject({ state: 'examined' });
  expect(desk.registry.entries.at(-1)).toMatchObject({
    type: 'registry.registered',
    outcome: 'failure',
    subject: registrationId,
    details: { code: 'NO_CLEAR_TOKEN' },
  });
}

const decide = (checkId: string, kind: CheckDecision['kind'], supersedes: string | null = null) =>
  decideCheck({ ...desk, fourEyes: false }, { checkId, kind, reason: '人工认定', supersedes, actor });

describe('a clear token', () => {
  it('lets its application in, once; the log names the token and the check', async () => {
    const token = await desk.clearance.tokenFor(registrationId);
    expect(await tryWith(token)).toMatchObject({ state: 'registered' });
    expect(desk.registry.entries.at(-1)).toMatchObject({
      type: 'registry.registered',
      details: { clearToken: desk.digest(token), ground: 'clear', checkId: expect.any(String) },
    });
    await expect(tryWith(token)).rejects.toMatchObject({ code: 'WRONG_STATE' });
  });

  it('used before lets in nothing else, even signed anew under the same id', async () => {
    const tokenId = randomUUID();
    const other = await examined('another');
    await tryWith(await desk.clearance.tokenFor(other, { tokenId }), other);
    await isRefused(await desk.clearance.tokenFor(registrationId, { tokenId }), 'was used before');
  });

  it.each<[string, Partial<ClearToken>]>([
    ['is for shandong', { province: 'shandong' }],
    ['is for another application', { registrationId: '659ecccf-150a-4631-a824-00773365514d' }],
    ['is of directory epoch 2', { epoch: 2 }],
    ['has expired', { expiresAt: '2026-03-05T12:00:00.000Z' }],
    ['is valid for too long', { expiresAt: '2026-03-05T12:40:00.000Z' }],
    ['not of this node', { checkId: '659ecccf-150a-4631-a824-00773365514d' }],
  ])('that %s is refused', async (problem, change) => {
    const token = await desk.clearance.tokenFor(registrationId, change);
    await isRefused(token, problem);
  });

  it('runs out after fifteen minutes', async () => {
    const token = await desk.clearance.tokenFor(registrationId);
    desk.clock.time = '2026-03-05T12:15:00.000Z';
    await isRefused(token, 'has expired');
  });

  it('is taken where the coordinator is a little ahead, and not where clocks lie over five minutes apart', async () => {
    const token = await desk.clearance.tokenFor(registrationId);
    desk.clock.time = '2026-03-05T11:54:59.000Z';
    await isRefused(token, 'yet to come here');
    desk.clock.time = '2026-03-05T11:55:00.000Z';
    await tryWith(token);
  });

  it("lets nothing in a quarter of an hour after it came, although the node's clock was set back", async () => {
    const token = await desk.clearance.tokenFor(registrationId);
    const { monotonic, ages } = desk.clearance;
    ages.note(desk.digest(token));
    monotonic.now += CLEAR_TOKEN_MS;
    desk.clock.time = '2026-03-05T11:58:00.000Z';
    await isRefused(token, 'has expired');
    const next = await desk.clearance.tokenFor(registrationId);
    ages.note(desk.digest(next));
    monotonic.now += CLEAR_TOKEN_MS - 1;
    await tryWith(next);
  });

  it('that another signed, or that was edited, or that is none, is refused', async () => {
    const forged = await desk.clearance.tokenFor(registrationId, {}, await generateSigningKey());
    await isRefused(forged, 'not signed by the coordinator');
    const token = await desk.clearance.tokenFor(registrationId);
    for (const place of [0, Math.floor(token.length / 2), token.length - 1]) {
      const edited = `${token.slice(0, place)}${token[place] === 'A' ? 'B' : 'A'}${token.slice(place + 1)}`;
      await isRefused(edited, 'not signed by the coordinator');
    }
    await isRefused('', 'not signed by the coordinator');
    await isRefused('a'.repeat(70_000), 'is too long');
    const unlike = await desk.clearance.tokenFor(registrationId, { questionDigest: 'none' });
    await isRefused(unlike, 'is no clear token (questionDigest)');
  });

  it('from a check of another picture, or of another application, is refused', async () => {
    const picture = { digest: desk.digest('another picture'), width: 64, height: 64 };
    const ofPicture = await desk.clearance.checkOf(registrationId, { picture });
    await isRefused(
      await desk.clearance.tokenFor(registrationId, { checkId: ofPicture.checkId }),
      'another picture',
    );
    const ofOther = await desk.clearance.checkOf(await examined('another'));
    await isRefused(
      await desk.clearance.tokenFor(registrationId, { checkId: ofOther.checkId }),
      'another application',
    );
  });

  it('does not outlive a decision against it', async () => {
    const { checkId } = await desk.clearance.checkOf(registrationId);
    const token = await desk.clearance.tokenFor(registrationId, { checkId });
    const { decisionId } = await decide(checkId, 'duplicate');
    await isRefused(token, 'decided "duplicate"');
    await decide(checkId, 'not-a-duplicate', decisionId);
    await tryWith(token);
  });

  it('by a decision holds while that decision is the latest', async () => {
    const { checkId } = await desk.clearance.checkOf(registrationId, { verdict: 'SUSPECTED' });
    const { decisionId, kind } = await decide(checkId, 'derivative');
    const ground = { ground: 'decision', decision: { decisionId, kind } } as const;
    const token = await desk.clearance.tokenFor(registrationId, { checkId, ...ground });
    const next = await decide(checkId, 'not-a-duplicate', decisionId);
    await isRefused(token, 'superseded');
    const renewed = {
      ground: 'decision',
      decision: { decisionId: next.decisionId, kind: next.kind },
    } as const;
    await tryWith(await desk.clearance.tokenFor(registrationId, { checkId, ...renewed }));
  });
});
