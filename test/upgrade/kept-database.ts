import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';
import pg from 'pg';
import { z } from 'zod';

/** The folder of those that are kept, one below it for each version. */
export const KEPT = import.meta.dirname;

/** What the old program told of what it kept, in the words of its HTTP API and of its logs. */
export const keptSchema = z.object({
  /** The commit by which it was made. */
  version: z.string(),
  registrations: z.array(z.looseObject({ registrationId: z.string(), state: z.string() })),
  checks: z.array(
    z.looseObject({
      checkId: z.string(),
      verdict: z.string(),
      complete: z.boolean(),
      receipts: z.array(z.looseObject({ party: z.string(), state: z.string() })),
    }),
  ),
  decisions: z.array(z.looseObject({ decisionId: z.string(), checkId: z.string() })),
  batches: z.array(z.looseObject({ batchId: z.string() })),
  /** Of check ids: the evidence as it was given. */
  evidence: z.record(z.string(), z.string()),
  people: z.array(z.object({ user: z.string(), password: z.string(), role: z.string() })),
  /** Of parties: the signed checkpoint, and every entry under it. */
  logs: z.record(z.string(), z.object({ checkpoint: z.string(), entries: z.array(z.string()) })),
  /** Of parties: the database as SQL, by pg_dump. */
  databases: z.record(z.string(), z.string()),
  /** Files of the home that are no secret, by their paths: the directory, the founders, deposit copies; base64. */
  files: z.record(z.string(), z.string()),
});

export type KeptDatabase = z.infer<typeof keptSchema>;

/** Every version of which a database is kept. */
export function keptVersions(): string[] {
  return readdirSync(KEPT)
    .filter((name) => name.endsWith('.br'))
    .map((name) => name.slice(0, -'.br'.length));
}

export function readKept(version: string): KeptDatabase {
  const text = brotliDecompressSync(readFileSync(join(KEPT, `${version}.br`))).toString('utf8');
  return keptSchema.parse(JSON.parse(text));
}

/** The bytes of a file that readKept reads. */
export function packKept(kept: KeptDatabase): Uint8Array {
  const text = Buffer.from(JSON.stringify(keptSchema.parse(kept)));
  return brotliCompressSync(text, {
    params: { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_SIZE_HINT]: text.length },
  });
}

/** Fills an empty database, as its owner. */
export async function restoreInto(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
