import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { MAX_ADD_CHECKPOINT_LENGTH, type WitnessReply } from '#libs/federation-log';
import { RegistryError } from '#libs/registry';
import type { Logger } from 'pino';

/** No character of UTF-8 has more bytes than four. */
const MAX_BYTES = 4 * MAX_ADD_CHECKPOINT_LENGTH;

/** Who answers `add-checkpoint`. */
export interface CheckpointTaker {
  /** @param submitter party that sent it; null for somebody unknown */
  addCheckpoint(body: string, submitter: string | null): Promise<WitnessReply>;
}

/** A witness over HTTP (c2sp.org/tlog-witness): `POST <prefix>add-checkpoint`; any other path is 404. */
export function createWitnessHandler(
  witness: CheckpointTaker,
  prefix: string,
  logger: Logger,
): RequestListener {
  return (request, response) => {
    if (request.url !== `${prefix}add-checkpoint`)
      return send(response, refusal(404, 'There is no such path.'));
    if (request.method !== 'POST') {
      response.setHeader('Allow', 'POST');
      return send(response, refusal(405, 'Use POST.'));
    }
    void answer(witness, request).then(
      (reply) => send(response, reply),
      (error: unknown) => {
        const busy = error instanceof RegistryError && error.code === 'TOO_MANY';
        if (!busy) logger.error({ err: error }, 'a checkpoint could not be witnessed');
        send(response, busy ? refusal(503, 'Come again later.') : refusal(500, 'It cannot be cosigned now.'));
      },
    );
  };
}

/** The sender is not known: nothing that no log of the directory signed changes anything. */
async function answer(witness: CheckpointTaker, request: IncomingMessage): Promise<WitnessReply> {
  const body = await readBody(request);
  return body === null ? refusal(413, 'The request is too large.') : witness.addCheckpoint(body, null);
}

/** Null if it is longer than any request may be. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const incoming: AsyncIterable<Buffer> = request.iterator({ destroyOnReturn: false });
  for await (const chunk of incoming) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) break;
    chunks.push(chunk);
  }
  if (bytes <= MAX_BYTES) return Buffer.concat(chunks).toString('utf8');
  // The rest goes by unread, for as long as the server lets a request take: its sender is to read the answer.
  request.resume();
  return null;
}

function send(response: ServerResponse, { status, contentType, body }: WitnessReply): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Cache-Control': 'no-store' }).end(body);
}

function refusal(status: number, reason: string): WitnessReply {
  return { status, contentType: 'text/plain; charset=utf-8', body: `${reason}\n` };
}
