import { expect, it } from '@jest/globals';
import { EvidenceDesk, type EvidenceDeskDeps } from '../../apps/province-node/src/evidence/evidence-desk.js';
import { FakeFederation, FakeLog, clock, digest } from '../fakes/federation.js';

const checkId = '6f1c1d0e-5a52-4d0e-9a55-0f7a3b0f9a01';
const actor = { kind: 'person', name: 'zhao.min' } as const;

it('evidence that cannot be given is refused, and that is an entry; if it cannot be recorded, nothing is given', async () => {
  const federation = await FakeFederation.create();
  const log = new FakeLog();
  const deps: EvidenceDeskDeps = {
    checks: { find: async () => undefined },
    receipts: { ofCheck: async () => [] },
    decisions: { ofCheck: async () => [] },
    ownLog: { receipts: async () => [] },
    salts: { find: async () => null },
    registry: { find: async () => undefined },
    verifier: federation.asking('zhejiang').verifier,
    directory: federation.signedDirectory,
    directoryFile: 'directory.json',
    log,
    clock,
    digest,
  };
  const desk = new EvidenceDesk(deps);
  await expect(desk.give(checkId, true, actor)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(log.events).toMatchObject([
    {
      type: 'evidence.assembled',
      outcome: 'failure',
      subject: checkId,
      details: { code: 'NOT_FOUND', field: 'checkId' },
    },
  ]);
  log.failing = true;
  await expect(desk.give(checkId, true, actor)).rejects.toThrow('the log is full');
});
