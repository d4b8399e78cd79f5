import { checkServerIdentity, createSecureContext, type PeerCertificate } from 'node:tls';
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';
import { shownCertificate, type RevocationCheck, type ShownCertificate } from '#libs/federation-log';
import type { Socket } from 'node:net';

/** What one party of the federation shows and trusts in TLS, all PEM. */
export interface TlsIdentity {
  /** The federation's authority. */
  readonly ca: Buffer;
  readonly certificate: Buffer;
  readonly key: Buffer;
  /** Asked before each call that is made or taken; without it nothing is revoked. */
  readonly revocations?: RevocationCheck | undefined;
}

const contextOptions = ({ ca, certificate, key }: TlsIdentity) =>
  ({ ca, cert: certificate, key, minVersion: 'TLSv1.3' }) as const;

/** TLS 1.3 alone, with a client certificate of the federation's authority. */
class MutualTlsServer extends ServerCredentials {
  constructor(identity: TlsIdentity) {
    super({ requestCert: true, rejectUnauthorized: true }, contextOptions(identity));
  }

  override _equals(other: ServerCredentials): boolean {
    return other === this;
  }
}

/** Server credentials: TLS 1.3, client certificate required. */
export function createServerCredentials(identity: TlsIdentity): ServerCredentials {
  return new MutualTlsServer(identity);
}

/**
 * Client credentials of one channel: TLS 1.3 with our certificate. They remember the channel's sockets, because grpc-js
 * leaves a connection attempt that hangs in the handshake open for ever (grpc-node#2785).
 */
export class DialCredentials extends ChannelCredentials {
  private readonly tls: ChannelCredentials;
  private readonly sockets = new Set<Socket>();
  private shown: ShownCertificate | undefined;

  constructor(identity: TlsIdentity) {
    super();
    const context = createSecureContext(contextOptions(identity));
    this.tls = ChannelCredentials.createFromSecureContext(context, {
      checkServerIdentity: (name, certificate) => this.check(identity, name, certificate),
    });
  }

  /** The server's certificate, once there was a handshake. */
  get server(): ShownCertificate | undefined {
    return this.shown;
  }

  /** A server that is not the one meant, or whose certificate is revoked, gets no connection. */
  private check({ revocations }: TlsIdentity, name: string, certificate: PeerCertificate): Error | undefined {
    const foreign = checkServerIdentity(name, certificate);
    if (foreign) return foreign;
    this.shown = shownCertificate(certificate);
    const revoked = revocations?.revoked(this.shown);
    return revoked ? new Error(revoked) : undefined;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return other === this;
  }

  override _createSecureConnector(
    ...parameters: Parameters<ChannelCredentials['_createSecureConnector']>
  ): ReturnType<ChannelCredentials['_createSecureConnector']> {
    const connector = this.tls._createSecureConnector(...parameters);
    return {
      connect: (socket) => {
        this.sockets.add(socket);
        socket.once('close', () => this.sockets.delete(socket));
        return connector.connect(socket);
      },
      waitForReady: () => connector.waitForReady(),
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  }

  /** Ends every connection and attempt of the channel. */
  hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
