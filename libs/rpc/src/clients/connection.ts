import {
  Client,
  Metadata,
  connectivityState,
  status,
  type ClientDuplexStream,
  type MethodDefinition,
  type ServiceError,
} from '@grpc/grpc-js';
import { DialCredentials, type TlsIdentity } from '../credentials.js';
import { MESSAGE_LIMITS } from '../limits.js';
import { isTracing, traceOutgoing } from '../trace-calls.js';

/** Where a service of the federation is, as the directory says. */
export interface Endpoint {
  /** host:port. */
  readonly address: string;
  /** Where other processes of the same party answer. */
  readonly alsoAt?: readonly string[] | undefined;
  /** DNS name in its certificate. */
  readonly tlsName: string;
}

/** What of a generated method a call takes. */
export type Method<Request, Response> = Pick<
  MethodDefinition<Request, Response>,
  'path' | 'requestSerialize' | 'responseDeserialize'
>;

/** A call that was not made; it reads as a server's refusal. */
class RefusedHere extends Error {
  override readonly name = 'RefusedHere';

  constructor(
    readonly code: status,
    readonly details: string,
  ) {
    super(details);
  }
}

interface Line {
  readonly client: Client;
  readonly credentials: DialCredentials;
  calls: number;
  dropped: boolean;
}

/**
 * One persistent, mutually authenticated connection to one endpoint. A call that fails before the connection is ready
 * takes the attempt down with it, so that no hung attempt and no back-off stands in the way of the next call. After a call without an
 * answer by its deadline the next one dials anew: the connection may be dead with nobody told, which keepalive finds after 25 s.
 */
export class Connection {
  private line: Line | undefined;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly identity: TlsIdentity,
  ) {}

  /**
   * One request, one response.
   * @param deadline absolute; connecting counts
   * @param signal gives the call up: it then fails with CANCELLED
   * @throws ServiceError of grpc-js, at the latest at the deadline; FAILED_PRECONDITION or PERMISSION_DENIED, and nothing is sent, where
   *   the revocation list does not count or names the server's certificate
   */
  async unary<Request, Response>(
    method: Method<Request, Response>,
    request: Request,
    deadline: Date,
    signal?: AbortSignal,
  ): Promise<Response> {
    this.assertTrusted();
    const line = this.take();
    try {
      return await new Promise<Response>((resolve, reject) => {
        const giveUp = (): void => call.cancel();
        const call = line.client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          new Metadata(),
          { deadline },
          (error: ServiceError | null, response?: Response) => {
            signal?.removeEventListener('abort', giveUp);
            if (error || response === undefined) reject(error ?? new Error('a response without a message'));
            else resolve(response);
          },
        );
        signal?.addEventListener('abort', giveUp, { once: true });
      });
    } catch (error) {
      this.dropUnlessGood(line, codeOf(error));
      throw error;
    } finally {
      this.release(line);
    }
  }

  /** Opens a stream both ways that ends at the deadline at the latest. */
  stream<Request, Response>(
    method: Method<Request, Response>,
    deadline: Date,
  ): ClientDuplexStream<Request, Response> {
    this.assertTrusted();
    const line = this.take();
    const call = line.client.makeBidiStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      new Metadata(),
      { deadline },
    );
    call.once('status', ({ code }: { code: number }) => {
      if (code !== 0) this.dropUnlessGood(line, code);
      this.release(line);
    });
    return call;
  }

  /** Whether a call made now finds the connection there. */
  get connected(): boolean {
    return this.line?.client.getChannel().getConnectivityState(false) === connectivityState.READY;
  }

  /** Connects, if that is to be done; false if it cannot, or not by then. Never throws. */
  async connect(by: Date): Promise<boolean> {
    const line = this.take();
    const there = await comesToBeReady(line.client, by);
    if (!there && !line.dropped) this.drop(line);
    this.release(line);
    return there;
  }

  /** Ends the connection once its calls have ended; a further call dials anew. */
  close(): void {
    if (this.line) this.drop(this.line);
  }

  /** @throws RefusedHere, and a connection to a revoked server is dropped */
  private assertTrusted(): void {
    const { revocations } = this.identity;
    const unfit = revocations?.unfit();
    if (unfit) throw new RefusedHere(status.FAILED_PRECONDITION, unfit);
    const server = this.line?.credentials.server;
    const revoked = server && revocations?.revoked(server);
    if (!revoked || !this.line) return;
    this.drop(this.line);
    throw new RefusedHere(status.PERMISSION_DENIED, revoked);
  }

  private take(): Line {
    this.line ??= this.dial();
    this.line.calls += 1;
    return this.line;
  }

  private dial(): Line {
    const credentials = new DialCredentials(this.identity);
    const client = new Client(this.endpoint.address, credentials, {
      ...MESSAGE_LIMITS,
      interceptors: isTracing() ? [traceOutgoing(this.endpoint.tlsName)] : [],
      'grpc.ssl_target_name_override': this.endpoint.tlsName,
      'grpc.default_authority': this.endpoint.tlsName,
      'grpc.use_local_subchannel_pool': 1,
      // Nobody serves what would be counted of every call. A server needs it: without, grpc-js ends no connection when it is told to stop at once.
      'grpc.enable_channelz': 0,
      'grpc.enable_http_proxy': 0,
      'grpc.enable_retries': 0,
      // Without retries there is nothing to keep; a buffer would only hide that the server reads no further.
      'grpc.per_rpc_retry_buffer_size': 0,
      'grpc.service_config_disable_resolution': 1,
      'grpc.keepalive_time_ms': 20_000,
      'grpc.keepalive_timeout_ms': 5_000,
      'grpc.keepalive_permit_without_calls': 1,
    });
    return { client, credentials, calls: 0, dropped: false };
  }

  private dropUnlessGood(line: Line, code: status | undefined): void {
    if (line.dropped) return;
    const state = line.client.getChannel().getConnectivityState(false);
    if (state !== connectivityState.READY || code === status.DEADLINE_EXCEEDED) this.drop(line);
  }

  private drop(line: Line): void {
    line.dropped = true;
    if (this.line === line) this.line = undefined;
    if (line.calls === 0) hangUp(line);
  }

  private release(line: Line): void {
    line.calls -= 1;
    if (line.dropped && line.calls === 0) hangUp(line);
  }
}

function comesToBeReady(client: Client, by: Date): Promise<boolean> {
  const channel = client.getChannel();
  return new Promise((resolve) => {
    const look = (): void => {
      const state = channel.getConnectivityState(true);
      if (state === connectivityState.CONNECTING || state === connectivityState.IDLE) {
        channel.watchConnectivityState(state, by, (late) => (late ? resolve(false) : look()));
      } else resolve(state === connectivityState.READY);
    };
    look();
  });
}

function codeOf(error: unknown): status | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}

function hangUp({ client, credentials }: Line): void {
  client.close();
  credentials.hangUp();
}
