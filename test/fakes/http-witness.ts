import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import {
  addCheckpoint,
  createCosigner,
  ED25519_COSIGNATURE,
  formatVerifierKey,
  generateSigningKey,
  type Equivocation,
  type KeptEquivocation,
  type SigningKey,
  type WitnessedHead,
  type WitnessStore,
} from '#libs/federation-log';
import { nodeLogCrypto, signBytesBy } from '#libs/identity';
import { createWitnessHandler } from '#libs/log-service';
import { writeSecretFile } from '#libs/persistence';
import { pino } from 'pino';
import { z } from 'zod';
import { createTestAuthority } from '../certificates.js';
import { hasher, type Parties } from '../log/parties.js';

const headsSchema = z.record(
  z.string(),
  z.object({ size: z.int(), root: z.string(), note: z.string(), at: z.string() }),
);

/** What a witness remembers, in a file that is on the disk before it is believed. */
function createFileWitnessStore(file: string): WitnessStore {
  const heads = () => headsSchema.parse(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});
  const kept: KeptEquivocation[] = [];
  const isSame = (stored: { size: number; root: string } | undefined, head: WitnessedHead | null) =>
    stored?.size === head?.size && (stored?.root ?? '') === Buffer.from(head?.root ?? []).toString('base64');
  let last: Promise<unknown> = Promise.resolve();
  return {
    async head(origin) {
      const stored = heads()[origin];
      return stored ? { ...stored, root: Buffer.from(stored.root, 'base64') } : null;
    },
    replace(origin, previous, next, at) {
      const run = last.then(async () => {
        const before = heads();
        if (!isSame(before[origin], previous)) return false;
        const root = Buffer.from(next.root).toString('base64');
        await writeSecretFile(file, JSON.stringify({ ...before, [origin]: { ...next, root, at } }));
        return true;
      });
      // Whoever asked is told by `run` if it failed; the next one's turn comes all the same.
      last = run.catch(() => undefined);
      return run;
    },
    async keep(equivocation: Equivocation, seenAt) {
      kept.unshift({ equivocation, seenAt });
      return true;
    },
    logs: async () =>
      Object.entries(heads()).map(([origin, { size, at }]) => ({ origin, size, cosignedAt: at })),
    equivocations: async (limit) => kept.slice(0, limit),
  };
}

/** A witness outside of the federation: a key of its own, its memory in a file, HTTPS. */
export class HttpWitness {
  readonly name = 'witness.example/w1';
  /** First lines of what it was sent. */
  readonly asked: string[] = [];
  /** Answers instead of the witness, as what stands between it and the log might. */
  instead: ((request: IncomingMessage, response: ServerResponse) => void) | null = null;
  /** Logs that it witnesses: none until it is told. */
  logs: Parties['logs'] = new Map();
  private server: ReturnType<typeof createServer> | null = null;
  private port = 0;

  private constructor(
    private readonly folder: string,
    private readonly key: SigningKey,
    readonly ca: Buffer,
    private readonly tls: { readonly cert: Buffer; readonly key: Buffer },
  ) {}

  /** @param folder where it remembers what it cosigned */
  static async create(folder: string): Promise<HttpWitness> {
    const authority = await createTestAuthority();
    const subject = { commonName: 'witness', dnsName: 'localhost', uri: 'urn:example:witness' };
    const { certificate, key } = await authority.issue(subject);
    return new HttpWitness(folder, await generateSigningKey(), authority.ca, { cert: certificate, key });
  }

  get vkey(): string {
    const publicKey = Buffer.from(this.key.x, 'base64url');
    const { sha256 } = nodeLogCrypto;
    return formatVerifierKey(sha256, { name: this.name, type: ED25519_COSIGNATURE, publicKey });
  }

  /** The address that a directory names. */
  get url(): string {
    return `https://localhost:${this.port}/weft`;
  }

  get store(): WitnessStore {
    return createFileWitnessStore(join(this.folder, 'heads.json'));
  }

  /** Listens, on the same port as before. */
  async start(): Promise<void> {
    const { sha256 } = nodeLogCrypto;
    const publicKey = Buffer.from(this.key.x, 'base64url');
    const sign = signBytesBy(this.key);
    const cosigner = createCosigner(sha256, this.name, publicKey, sign, () => 1_772_000_000);
    const store = this.store;
    const handler = createWitnessHandler(
      {
        addCheckpoint: (body, submitter) => {
          this.asked.push(body.split('\n')[0] ?? '');
          const now = () => '2026-03-01T08:30:00.000Z';
          const report = { forked: async () => undefined };
          return addCheckpoint({ hasher, logs: this.logs, store, cosigner, now, report }, body, submitter);
        },
      },
      '/weft/',
      pino({ level: 'silent' }),
    );
    const listener: RequestListener = (request, response) => (this.instead ?? handler)(request, response);
    this.server = createServer({ ...this.tls }, listener);
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = null;
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}
