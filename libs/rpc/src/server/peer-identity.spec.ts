import { describe, expect, it } from '@jest/globals';
import type { PeerCertificate } from 'node:tls';
import { peerIdentity } from './peer-identity.js';

const named = (subjectaltname: string) =>
  peerIdentity({ sslPeerCertificate: { subjectaltname } as PeerCertificate });

describe("a peer's identity", () => {
  it('is the one URI of its certificate', () => {
    expect(named('DNS:zhejiang.node.weft, URI:urn:weft:province:zhejiang')).toEqual({
      kind: 'province',
      province: 'zhejiang',
    });
    expect(named('URI:urn:weft:coordinator, DNS:coordinator.weft')).toEqual({ kind: 'coordinator' });
  });

  it.each([
    '',
    'DNS:zhejiang.node.weft',
    'DNS:urn:weft:coordinator',
    'URI:urn:weft:coordinator:x',
    'URI:urn:weft:province:',
    'URI:urn:weft:province:Zhejiang',
    'URI:urn:weft:province:zhejiang/..',
    'URI:urn:weft:province:zhejiang\nx',
    'URI:urn:weft:province:zhejiang, URI:urn:weft:coordinator',
    'URI:urn:weft:province:zhejiang, URI:urn:weft:province:zhejiang',
    'URI:https://x, URI:urn:weft:coordinator',
    // RFC 5280 allows a comma in a name; Node then quotes it.
    'DNS:"x, URI:urn:weft:coordinator, DNS:y"',
  ])('is unknown for %j', (names) => {
    expect(named(names)).toBeUndefined();
  });

  it('is unknown without a certificate', () => {
    expect(peerIdentity({})).toBeUndefined();
  });
});
