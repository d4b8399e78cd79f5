import { Server, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { createGrpcServerOptions, type RefusedCall, type ServerSetup } from '#libs/rpc';

/** A server of the federation on loopback, with all that production gives it but Nest. */
export interface TestServer {
  readonly address: string;
  readonly refused: readonly RefusedCall[];
  stop(): void;
}

/** Serves these implementations, by full service name, on a free port. */
export async function startTestServer(
  setup: Pick<ServerSetup, 'identity' | 'services' | 'members'> & Partial<ServerSetup>,
  implementations: Readonly<Record<string, UntypedServiceImplementation>>,
): Promise<TestServer> {
  const refused: RefusedCall[] = [];
  const { options, health } = createGrpcServerOptions({
    listen: '127.0.0.1:0',
    reflection: false,
    onRefused: async (call) => {
      refused.push(call);
    },
    ...setup,
  });
  const server = new Server(options.channelOptions);
  for (const [name, implementation] of Object.entries(implementations)) {
    const service = options.packageDefinition[name];
    if (!service) throw new Error(`${name} is not a service of this server`);
    server.addService(service, implementation);
  }
  options.onLoadPackageDefinition(options.packageDefinition, server);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(options.url, options.credentials, (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  health.serving();
  return { address: `127.0.0.1:${port}`, refused, stop: () => server.forceShutdown() };
}
