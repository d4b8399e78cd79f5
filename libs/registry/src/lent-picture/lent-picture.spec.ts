import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { createStatementVerifier } from '#libs/federation-log';
import { FakeFederation, FakeLog, digest } from '../../../../test/fakes/federation.js';
import { createFakeDesk, type FakeDesk } from '../../../../test/fakes/registration-desk.js';
import { RecentNonces } from '../duplicate-check/recent-nonces.js';
import { fileApplication } from '../registration/file-application.js';
import { askForPicture, type AskPictureDeps, type PictureWish } from './ask-for-picture.js';
import type { PicturePolicy } from './picture-statements.js';
import { showPictureTo, type ShowPictureDeps, type SignedPicture } from './show-picture-to.js';

const actor = { kind: 'person', name: 'examiner' } as const;

let federation: FakeFederation;
let owner: FakeDesk;
let registrationId: string;
let askerLog: FakeLog;
let showing: ShowPictureDeps;
/** What passes from the owner to the asker. */
let onTheWay: (picture: SignedPicture) => SignedPicture;
let peer: string;

beforeEach(async () => {
  federation = await FakeFederation.create();
  owner = createFakeDesk('shandong');
  owner.clock.time = '2026-03-01T08:30:00.123Z';
  askerLog = new FakeLog();
  onTheWay = (picture) => picture;
  peer = 'zhejiang';
  const metadata = { title: '缠枝莲', category: 'F', owner: '某公司' };
  ({ registrationId } = await fileApplication(owner, { picture: Buffer.from('a picture'), metadata, actor }));
  shows('full');
});

function shows(policy: PicturePolicy): void {
  const { registry, depositCopies, log, clock } = owner;
  showing = {
    ...{ province: 'shandong', policy, registry, depositCopies, log, clock, digest },
    signer: federation.member('shandong').signer,
    verifier: createStatementVerifier(federation.signedDirectory),
    draw: async (picture, side, words) =>
      Buffer.from(`${Buffer.from(picture).toString()} at ${side}: ${words}`),
    seen: new RecentNonces(clock),
  };
}

function asking(): AskPictureDeps {
  const { province, signer, verifier, random, directory } = federation.asking('zhejiang');
  return {
    ...{ province, signer, verifier, random, digest, clock: owner.clock, log: askerLog },
    members: directory.members,
    pictures: {
      askForPicture: async (_owner, requestJws) => onTheWay(await showPictureTo(showing, requestJws, peer)),
    },
  };
}

const ask = (change: Partial<PictureWish> = {}) =>
  askForPicture(asking(), {
    ...{ owner: 'shandong', registrationId, size: 'thumbnail', reason: '', actor },
    ...change,
  });

const shownEntries = () => owner.registry.entries.filter(({ type }) => type === 'picture.shown');

describe("another province's picture", () => {
  it('is shown with a watermark that names both, until it expires, and both logs hold the same request and content', async () => {
    const { content, expiresAt } = await ask();
    expect(Buffer.from(content).toString()).toMatch(
      /^a picture at 320: shandong > zhejiang {2}2026-03-01T08:30Z {2}[0-9a-f]{12}$/,
    );
    expect(expiresAt).toBe('2026-03-01T08:40:00.123Z');
    const [asked, received] = askerLog.events;
    expect(asked).toMatchObject({
      type: 'picture.asked',
      subject: registrationId,
      details: { province: 'shandong', size: 'thumbnail' },
    });
    expect(received).toMatchObject({
      type: 'picture.received',
      outcome: 'success',
      details: { contentDigest: digest(content), expiresAt },
    });
    const { requestDigest } = asked?.details as { requestDigest: string };
    expect(received?.details).toMatchObject({ requestDigest });
    expect(shownEntries()).toMatchObject([
      {
        outcome: 'success',
        actor: { kind: 'member', name: 'zhejiang' },
        subject: registrationId,
        details: { requestDigest, contentDigest: digest(content), size: 'thumbnail' },
      },
    ]);
  });

  it('is shown whole only for a reason', async () => {
    await expect(ask({ size: 'full' })).rejects.toMatchObject({ code: 'INVALID_INPUT', field: 'reason' });
    const { content } = await ask({ size: 'full', reason: '与申请作品比对' });
    expect(Buffer.from(content).toString()).toContain('at 2048');
    expect(JSON.stringify([askerLog.events, owner.registry.entries])).not.toContain('比对');
  });

  it.each([
    ['nothing', 'thumbnail'],
    ['nothing', 'full'],
    ['thumbnail', 'full'],
  ] as const)('is not shown beyond the policy: %s, asked for %s', async (policy, size) => {
    shows(policy);
    await expect(ask({ size, reason: 'a reason' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
      field: 'size',
    });
    expect(shownEntries()).toMatchObject([
      { outcome: 'failure', details: { code: 'FORBIDDEN', field: 'size' } },
    ]);
    expect(askerLog.events.at(-1)).toMatchObject({ type: 'picture.received', outcome: 'failure' });
  });

  it('is shown to nobody else on the same request, nor twice, nor late', async () => {
    let jws = '';
    const deps = asking();
    const client = deps.pictures;
    const listening = {
      ...deps,
      pictures: {
        askForPicture: (to: string, request: string, deadline: Date) => {
          jws = request;
          return client.askForPicture(to, request, deadline);
        },
      },
    };
    await askForPicture(listening, {
      owner: 'shandong',
      registrationId,
      size: 'thumbnail',
      reason: '',
      actor,
    });
    await expect(showPictureTo(showing, jws, 'zhejiang')).rejects.toMatchObject({
      problem: 'was used before',
    });
    await expect(showPictureTo(showing, jws, 'jiangsu')).rejects.toMatchObject({
      problem: 'is not signed by jiangsu',
    });
    shows('full');
    owner.clock.time = '2026-03-01T08:36:00.000Z';
    await expect(showPictureTo(showing, jws, 'zhejiang')).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(showPictureTo({ ...showing, province: 'jiangsu' }, jws, 'zhejiang')).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('is believed only as its owner signed it for this request', async () => {
    const changes: ((picture: SignedPicture) => SignedPicture)[] = [
      (picture) => ({ ...picture, content: Buffer.from('another') }),
      (picture) => ({ ...picture, shownJws: `${picture.shownJws}x` }),
    ];
    for (const change of changes) {
      onTheWay = change;
      await expect(ask()).rejects.toMatchObject({ code: 'FEDERATION_UNAVAILABLE' });
    }
    let first: SignedPicture | undefined;
    onTheWay = (picture) => (first ??= picture);
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: 'FEDERATION_UNAVAILABLE' });
  });

  it('is not there for an unknown registration, a province that is no other member, or where the log is full', async () => {
    await expect(ask({ registrationId: randomUUID() })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    for (const province of ['zhejiang', 'atlantis'])
      await expect(ask({ owner: province })).rejects.toMatchObject({
        code: 'INVALID_INPUT',
        field: 'province',
      });
    askerLog.failing = true;
    await expect(ask()).rejects.toThrow('the log is full');
  });
});
