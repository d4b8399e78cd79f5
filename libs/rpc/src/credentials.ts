import { createSecureContext } from 'node:tls';
import { ChannelCredentials, ServerCredentials } from '@grpc/grpc-js';
import type { Socket } from 'node:net';

/** What one party of the federation shows and trusts in TLS, all PEM. */
export interface TlsIdentity {
  /** The federation's authority. */
  readonly ca: Buffer;
  readonly certificate: Buffer;
  readonly key: Buffer;
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

  constructor(identity: TlsIdentity) {
    super();
    this.tls = ChannelCredentials.createFromSecureContext(createSecureContext(contextOptions(identity)));
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
