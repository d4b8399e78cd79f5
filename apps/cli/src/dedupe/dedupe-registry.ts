import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import {
  decodeFingerprint,
  decodeFingerprintHead,
  DEFAULT_CALIBRATION,
  EMBEDDING_DIMENSION,
  MODEL_DIGEST,
} from '#libs/fingerprint';
import {
  createAuditLog,
  createDataSource,
  createRegistry,
  migrate,
  PostgresFingerprints,
  PostgresWorklist,
} from '#libs/persistence';
import {
  compareRegistry,
  CurrentIndex,
  fillWithPairs,
  groupPairs,
  pairKey,
  transformSchema,
  type Actor,
  type ComparedBlock,
  type DuplicatePair,
  type FilledWorklist,
  type Registry,
} from '#libs/registry';
import { createCandidateVerifier, ExactIndex } from '#libs/similarity';
import { z } from 'zod';
import { writeWhole } from '../home/files.js';
import { type OpenProvince } from '../home/province-home.js';
import { StateFile } from './state-file.js';
import { showGroups, writeGroupsCsv } from './write-groups.js';

const blockSchema: z.ZodType<ComparedBlock> = z.object({
  position: z.int(),
  registrations: z.int(),
  pairs: z.array(
    z.object({
      first: z.string(),
      second: z.string(),
      score: z.number(),
      transform: transformSchema.nullable(),
      query: z.enum(['first', 'second']),
    }),
  ),
  unlike: z.array(z.string()),
  incomplete: z.array(z.string()),
});

const ACTOR: Actor = { kind: 'program', name: 'weft dedupe' };
const sha256 = (data: string | Uint8Array) => `sha256:${createHash('sha256').update(data).digest('hex')}`;
const FILLING = { clock: { now: () => new Date() }, digest: sha256, actor: ACTOR };

/** How a registry is compared with itself. */
export interface DedupeRequest {
  /** Nearest registrations of each that are looked at, 1 to 99. */
  readonly nearest: number;
  /** Cosine of the embeddings from which two are compared geometrically. */
  readonly retrieveAt: number;
  /** Begins with the first registration again, whatever an earlier run found. */
  readonly afresh: boolean;
  /** The CSV file; the same as JSON is written beside it. */
  readonly out: string;
  /** Puts the pairs on the node's worklist too. */
  readonly worklist: boolean;
  /** Told of registrations done and of pairs found; `total` are searchable. */
  readonly progress: (done: number, total: number, pairs: number) => void;
  /** Tells why something could not be compared. */
  readonly report: (problem: string) => void;
  readonly signal: AbortSignal;
}

/** What a comparison came to. */
export interface DedupeSummary {
  readonly province: string;
  readonly registrations: number;
  readonly pairs: number;
  readonly groups: number;
  /** Registrations that were not compared in full. */
  readonly incomplete: readonly string[];
  readonly csv: string | null;
  readonly json: string | null;
  /** Null where none was filled. */
  readonly worklist: FilledWorklist | null;
  /** Whether it was stopped before the last registration; nothing is written then. */
  readonly interrupted: boolean;
}

/**
 * Compares a province's registry with itself in this process alone, at a low priority (nice 10): a node beside it goes first. What was found
 * is on the disk block by block; run again after a stop or a crash, it goes on there, and after its end with what was filed since.
 */
export async function dedupeRegistry(
  { home, databaseUrlFile }: OpenProvince,
  request: DedupeRequest,
): Promise<DedupeSummary> {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const dataSource = await createDataSource(readFileSync(databaseUrlFile, 'utf8').trim(), { poolSize: 2 });
  const index = new ExactIndex(MODEL_DIGEST, EMBEDDING_DIMENSION, { threads: 1 });
  try {
    await migrate(dataSource);
    const registry = createRegistry(dataSource, home.province);
    const terms = {
      nearest: request.nearest,
      retrieveAt: request.retrieveAt,
      reportAt: DEFAULT_CALIBRATION.suspectedAt,
    };
    const head = { kind: 'weft.self-comparison.v1' as const, modelDigest: MODEL_DIGEST, ...terms };
    const state = await StateFile.open(
      join(home.folder, 'self-comparison.jsonl'),
      head,
      blockSchema,
      request.afresh,
    );
    const found = new Found(state.blocks);
    const deps = {
      registry,
      index: new CurrentIndex(registry, index, decodeFingerprintHead, () => undefined),
      embeddingOf: decodeFingerprintHead,
      fingerprints: new PostgresFingerprints(dataSource),
      verifier: createCandidateVerifier(decodeFingerprint, request.report),
      now: () => Date.now(),
    };
    const total = (await registry.head()).searchable;
    try {
      request.progress(found.registrations, total, found.pairs.length);
      for await (const block of compareRegistry(deps, terms, found.position, found.known)) {
        await state.add(block);
        found.add(block);
        request.progress(found.registrations, total, found.pairs.length);
        if (request.signal.aborted) break;
      }
    } finally {
      await state.close();
    }
    const { province } = home;
    if (request.signal.aborted) return summaryOf(province, found, { groups: 0, files: null, worklist: null });
    const log = createAuditLog(dataSource, province);
    const finished = await finish(province, registry, found, request.out, log);
    const worklist = new PostgresWorklist(dataSource, province);
    const filled = request.worklist
      ? await fillWithPairs({ province, worklist, ...FILLING }, found.pairs)
      : null;
    return summaryOf(province, found, { ...finished, worklist: filled });
  } finally {
    await index.close();
    await dataSource.destroy();
  }
}

/** All blocks so far. */
class Found {
  readonly pairs: DuplicatePair[] = [];
  readonly known = new Set<string>();
  readonly incomplete = new Set<string>();
  position = 0;
  registrations = 0;

  constructor(blocks: readonly ComparedBlock[]) {
    for (const block of blocks) this.add(block);
  }

  add({ position, registrations, pairs, unlike, incomplete }: ComparedBlock): void {
    this.position = position;
    this.registrations += registrations;
    for (const pair of pairs) this.pairs.push(pair);
    for (const { first, second } of pairs) this.known.add(pairKey(first, second));
    for (const key of unlike) this.known.add(key);
    for (const id of incomplete) this.incomplete.add(id);
  }
}

/** What came of what was found. */
interface Finished {
  readonly groups: number;
  readonly files: { readonly csv: string; readonly json: string } | null;
  readonly worklist: FilledWorklist | null;
}

async function finish(
  province: string,
  registry: Registry,
  found: Found,
  csv: string,
  log: ReturnType<typeof createAuditLog>,
): Promise<Omit<Finished, 'worklist'>> {
  const groups = await showGroups(groupPairs(found.pairs), registry);
  const json = `${csv.replace(/\.csv$/i, '')}.json`;
  const document = `${JSON.stringify({ province, position: found.position, modelDigest: MODEL_DIGEST, groups }, null, 2)}\n`;
  writeGroupsCsv(csv, groups);
  writeWhole(json, document);
  await log.append({
    type: 'registry.self-compared',
    outcome: 'success',
    actor: ACTOR,
    at: new Date().toISOString(),
    subject: null,
    details: {
      position: found.position,
      registrations: found.registrations,
      incomplete: found.incomplete.size,
      pairs: found.pairs.length,
      groups: groups.length,
      modelDigest: MODEL_DIGEST,
      groupsDigest: sha256(document),
    },
  });
  return { groups: groups.length, files: { csv, json } };
}

function summaryOf(province: string, found: Found, { groups, files, worklist }: Finished): DedupeSummary {
  return {
    province,
    registrations: found.registrations,
    pairs: found.pairs.length,
    groups,
    incomplete: [...found.incomplete].sort(),
    csv: files?.csv ?? null,
    json: files?.json ?? null,
    worklist,
    interrupted: files === null,
  };
}
