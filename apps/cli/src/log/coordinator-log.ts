import { readFileSync } from 'node:fs';
import { type IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { type PartyHome } from '../home/weft-home.js';
import { explainFileError } from '../home/files.js';
import { coordinatorSubject } from '../keys/certificates.js';
import { oneLine, Problem } from '../problem.js';
import { type ReadLogFile } from './export-log.js';

const CALL_MS = 30_000;

/**
 * Reads the coordinator's log at an address, by a certificate of the federation.
 * @param address host:port of its WEFT_LOG_LISTEN
 * @param party whose certificate is shown
 */
export function coordinatorLog(address: string, party: PartyHome): ReadLogFile {
  const tls = {
    ca: readPem(party.caCertificate),
    cert: readPem(party.tlsCertificate),
    key: readPem(party.tlsKey),
    servername: coordinatorSubject().dnsName,
    minVersion: 'TLSv1.3',
  } as const;
  return async (path) => {
    try {
      const response = await get(`https://${address}/log/${path}`, tls);
      const body = await buffer(response);
      if (response.statusCode === 200) return body;
      throw new Problem(
        address,
        `answered HTTP ${response.statusCode} for ${path}`,
        "see the coordinator's log",
      );
    } catch (error) {
      if (error instanceof Problem) throw error;
      const reason = oneLine(error instanceof Error ? error.message : String(error));
      throw new Problem(
        address,
        `cannot be read (${reason})`,
        'start the coordinator with WEFT_LOG_LISTEN set, and check the certificate',
        { cause: error },
      );
    }
  };
}

function get(url: string, tls: RequestOptions): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, { ...tls, signal: AbortSignal.timeout(CALL_MS) }, resolve)
      .on('error', reject)
      .end();
  });
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw explainFileError(error, path);
  }
}
