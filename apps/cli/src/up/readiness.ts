import { readFileSync } from 'node:fs';
import { Client, credentials } from '@grpc/grpc-js';
import { service } from 'grpc-health-check';
import { z } from 'zod';
import { type PartyHome } from '../home/weft-home.js';

const PROBE_MS = 1_000;
const serving = z.object({ status: z.literal('SERVING') });

/** Whether GET /health/ready of a node's HTTP API says 200. */
export async function isHttpReady(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/health/ready`, { signal: AbortSignal.timeout(PROBE_MS) });
    await response.body?.cancel();
    return response.status === 200;
  } catch {
    // Nobody listens yet, or answers in time: not ready.
    return false;
  }
}

/**
 * Whether a gRPC service says SERVING by the standard health protocol.
 * @param address host:port
 * @param tlsName DNS name of its certificate
 * @param caller whose certificate is shown to it
 */
export function isGrpcServing(address: string, tlsName: string, caller: PartyHome): Promise<boolean> {
  const tls = credentials.createSsl(
    readFileSync(caller.caCertificate),
    readFileSync(caller.tlsKey),
    readFileSync(caller.tlsCertificate),
  );
  const client = new Client(address, tls, { 'grpc.ssl_target_name_override': tlsName });
  const { path, requestSerialize, responseDeserialize } = healthCheck();
  return new Promise((resolve) => {
    const deadline = Date.now() + PROBE_MS;
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      { service: '' },
      { deadline },
      (_error, reply) => {
        client.close();
        resolve(serving.safeParse(reply).success);
      },
    );
  });
}

function healthCheck() {
  const method = service['Check'];
  if (!method) throw new Error('grpc-health-check describes no method Check');
  return method;
}
