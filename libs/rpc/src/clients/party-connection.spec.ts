import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { createTestAuthority, type TestAuthority } from '../../../../test/certificates.js';
import { startTestServer } from '../../../../test/grpc-server.js';
import { freePorts } from '../../../../test/ports.js';
import type { TlsIdentity } from '../credentials.js';
import {
  FederationServiceService as Federation,
  type DescribeMembersRequest,
  type DescribeMembersResponse,
} from '../generated/weft/federation/v1/federation.js';
import { COORDINATOR_SERVICES } from '../server/server-options.js';
import { CallLost, PartyConnection } from './party-connection.js';

const closing: (() => void)[] = [];
let authority: TestAuthority;
/** Who was called, in order. */
let called: string[];

beforeAll(async () => {
  authority = await createTestAuthority();
});
beforeEach(() => {
  called = [];
});
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A coordinator that answers, or one that ends at the first call, without an answer. */
async function coordinatorAs(name: string, identity: TlsIdentity, dies = false): Promise<string> {
  const describeMembers: handleUnaryCall<DescribeMembersRequest, DescribeMembersResponse> = (
    _call,
    answer,
  ) => {
    called.push(name);
    if (dies) server.stop();
    else answer(null, { epoch: '1', members: [] });
  };
  const server = await startTestServer(
    { identity, services: COORDINATOR_SERVICES, members: ['zhejiang'] },
    { 'weft.federation.v1.FederationService': { describeMembers } },
  );
  closing.push(() => server.stop());
  return server.address;
}

async function ask(address: string, ...alsoAt: string[]): Promise<DescribeMembersResponse> {
  const endpoint = { address, alsoAt, tlsName: 'coordinator.weft' };
  const connection = new PartyConnection(endpoint, await authority.province('zhejiang'));
  closing.push(() => connection.close());
  return connection.unary(Federation.describeMembers, {}, new Date(Date.now() + 5_000));
}

describe('a further address of a party', () => {
  it('is that of the same party by its certificate: whoever else stands there is told nothing', async () => {
    const [nobody] = await freePorts(1);
    const gone = `127.0.0.1:${nobody}`;
    const member = await coordinatorAs('shandong', await authority.province('shandong'));
    await expect(ask(gone, member)).rejects.toThrow("does not match certificate's altnames");
    const strange = await createTestAuthority();
    const foreign = await coordinatorAs('strange', { ...(await strange.coordinator()), ca: authority.ca });
    await expect(ask(gone, foreign)).rejects.toThrow('unable to verify');
    expect(called).toEqual([]);
    const second = await coordinatorAs('second', await authority.coordinator());
    expect(await ask(gone, member, foreign, second)).toEqual({ epoch: '1', members: [] });
    expect(called).toEqual(['second']);
  });
});

describe('a call that must not be made twice', () => {
  const once = async (address: string, ...alsoAt: string[]): Promise<unknown> => {
    const endpoint = { address, alsoAt, tlsName: 'coordinator.weft' };
    const connection = new PartyConnection(endpoint, await authority.province('zhejiang'));
    closing.push(() => connection.close());
    return connection
      .once(Federation.describeMembers, {}, new Date(Date.now() + 20_000))
      .catch((error: unknown) => error);
  };

  it('is told to be lost with who took it and asked of nobody else, and is not lost where nobody took it', async () => {
    const identity = await authority.coordinator();
    const first = await coordinatorAs('first', identity, true);
    const second = await coordinatorAs('second', identity);
    expect(await once(first, second)).toBeInstanceOf(CallLost);
    expect(called).toEqual(['first']);
    // Nobody is at the first one any more.
    expect(await once(first)).not.toBeInstanceOf(CallLost);
    expect(await once(first, second)).toEqual({ epoch: '1', members: [] });
  });
});
