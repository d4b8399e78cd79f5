import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { parseVerifierKey, type Directory, type Sha256, type WitnessClient } from '#libs/federation-log';

/** Most bytes of an answer: signature lines of a few keys, of whatever kind. */
const MAX_ANSWER_BYTES = 65_536;
const MAX_SOCKETS = 4;
/** What c2sp.org/tlog-witness answers with; anything else is a fault on the way, after which the witness is asked again. */
const STATUSES: readonly number[] = [200, 400, 403, 404, 409, 422];

/** The witnesses that are no members, as far as they can be asked. */
export interface OutsideWitnesses {
  /** One for each name in the directory. */
  readonly clients: readonly WitnessClient[];
  close(): void;
}

/**
 * Asks the directory's outside witnesses by HTTPS (c2sp.org/tlog-witness, `add-checkpoint`), over connections that are kept.
 * @param ca whose certificates they show, PEM; by default the authorities that Node.js trusts
 * @throws FederationLogError MALFORMED for a vkey that is none
 */
export function createOutsideWitnesses(
  { witnesses = [] }: Pick<Directory, 'witnesses'>,
  { sha256 }: { readonly sha256: Sha256 },
  ca?: Buffer,
): OutsideWitnesses {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS, ...(ca ? { ca } : {}) });
  const byName = new Map<string, WitnessClient>();
  for (const { vkey, url } of witnesses) {
    const { name } = parseVerifierKey(sha256, vkey);
    // A witness that changes its key has two of them under one name and address.
    if (!byName.has(name))
      byName.set(name, clientOf(name, new URL(`${url.replace(/\/$/, '')}/add-checkpoint`), agent));
  }
  return { clients: [...byName.values()], close: () => agent.destroy() };
}

function clientOf(name: string, url: URL, agent: Agent): WitnessClient {
  return {
    name,
    async addCheckpoint(body, deadline) {
      const response = await post(url, body, deadline, agent).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message.slice(0, 200) : 'the request failed';
        throw new Error(`did not answer (${reason})`, { cause: error });
      });
      if (STATUSES.includes(response.status)) return response;
      throw new Error(`answered ${response.status}, which a witness does not; it is asked again`);
    },
  };
}

/** @throws Error if there is no whole answer by the deadline, or too large a one; a redirect is an answer, and not followed */
async function post(url: URL, body: string, deadline: Date, agent: Agent) {
  const content = Buffer.from(body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const headers = { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': content.length };
    const signal = AbortSignal.timeout(Math.max(1, deadline.getTime() - Date.now()));
    const sent = request(url, { method: 'POST', agent, headers, signal });
    sent.on('error', reject);
    sent.on('response', resolve);
    sent.end(content);
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`its answer is over ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    body: Buffer.concat(chunks).toString('utf8'),
  };
}
