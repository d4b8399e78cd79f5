import { join } from 'node:path';
import { constants, setPriority } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { MODEL_DIGEST, withoutRepeat } from '#libs/fingerprint';
import {
  createRegistry,
  migrate,
  PostgresChecks,
  PostgresFingerprints,
  PostgresWorklist,
} from '#libs/persistence';
import {
  checkFingerprint,
  type Check,
  type CheckDependencies,
  fillWithFoundElsewhere,
  type FilledWorklist,
  type FingerprintedPicture,
  type RegistryReader,
  type SearchableRegistration,
} from '#libs/registry';
import { z } from 'zod';
import { openAsking } from '../home/asking.js';
import type { ProvinceHome, WeftHome } from '../home/weft-home.js';
import { foreignSchema, type ForeignDuplicate } from './foreign-duplicate.js';
import { StateFile } from './state-file.js';
import { writeForeign } from './write-foreign.js';

const PROGRAM = 'weft dedupe';
const ACTOR = { kind: 'program', name: PROGRAM } as const;
/** Registrations between two writes of the state: what is asked again after a crash. */
const BLOCK = 16;
/** Checks open at a time. */
const OPEN = 4;
const CANDIDATES = 10;
const BUDGET_MS = 15_000;
/** Wait after a check that not all members answered, milliseconds; each further one doubles it up to the longest. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Checks in one another's place, at most. */
const MOST_SEQUELS = 1_000;

const blockSchema = z.object({
  position: z.int(),
  registrations: z.int(),
  found: z.array(foreignSchema),
  /** Those without a usable fingerprint have no check. */
  incomplete: z.array(z.object({ registrationId: z.string(), checkId: z.string().nullable() })),
});

type Block = z.infer<typeof blockSchema>;

/** How a registry is compared with the federation. */
export interface FederationComparison {
  /** Begins with the first registration again, whatever an earlier run found. */
  readonly afresh: boolean;
  /** The CSV file; the same as JSON is written beside it. */
  readonly out: string;
  /** Puts what was found on the node's worklist too. */
  readonly worklist: boolean;
  /** Sends no repeat units, as the province's node does. */
  readonly withholdRepeat: boolean;
  /** Told of registrations done and of duplicates found; `total` are searchable. */
  readonly progress: (done: number, total: number, found: number) => void;
  readonly signal: AbortSignal;
}

/** What a comparison found so far. */
export interface ComparedWithFederation {
  readonly province: string;
  readonly registrations: number;
  readonly found: readonly ForeignDuplicate[];
  /** Registrations that some member has not answered for, or that have no usable fingerprint. */
  readonly incomplete: readonly string[];
  readonly csv: string;
  readonly json: string;
  /** Null where none was filled. */
  readonly worklist: FilledWorklist | null;
  /** Whether it was stopped before the last registration. */
  readonly interrupted: boolean;
}

/**
 * Checks every registration of a province against all other members, a few at a time, from the fingerprints that the registry holds: each
 * is a check like any other, logged on both sides, kept, with receipts, within the others' quotas. After one that not all members
 * answered it waits a while; the node asks for that one again, as for any, and what came of it is taken up at the end, or by the next run.
 * What was found is on the disk block by block: run again after a stop or a crash, it goes on there, and after its end with what was
 * filed since.
 */
export async function compareWithFederation(
  weftHome: WeftHome,
  home: ProvinceHome,
  request: FederationComparison,
): Promise<ComparedWithFederation> {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  const sentOf = request.withholdRepeat ? withoutRepeat : (whole: Uint8Array) => whole;
  const { deps, dataSource, close } = await openAsking(weftHome, home, OPEN + 1, sentOf);
  try {
    await migrate(dataSource);
    const registry = createRegistry(dataSource, home.province);
    const asking = {
      deps,
      registry,
      fingerprints: new PostgresFingerprints(dataSource),
      checks: new PostgresChecks(dataSource),
      pace: new Pace(request.signal),
      signal: request.signal,
    };
    const head = { kind: 'weft.federation-comparison.v1', modelDigest: MODEL_DIGEST };
    const path = join(home.folder, 'federation-comparison.jsonl');
    const state = await StateFile.open(path, head, blockSchema, request.afresh);
    const done = [...state.blocks];
    const total = (await registry.head()).searchable;
    const count = () => done.reduce((sum, { registrations }) => sum + registrations, 0);
    const found = () => done.flatMap((block) => block.found);
    try {
      request.progress(count(), total, found().length);
      while (!request.signal.aborted) {
        const block = await registry.changesSince(done.at(-1)?.position ?? 0, MODEL_DIGEST, BLOCK);
        const last = block.at(-1);
        if (!last) break;
        const compared = await compareBlock(asking, block);
        if (request.signal.aborted) break;
        const one = { position: last.position, registrations: block.length, ...compared };
        await state.add(one);
        done.push(one);
        request.progress(count(), total, found().length);
      }
    } finally {
      await state.close();
    }
    const later = await takeUpSequels(asking.checks, done);
    const all = [...found(), ...later.found];
    const { province } = home;
    const worklist = new PostgresWorklist(dataSource, province);
    const filling = { ...deps, worklist, actor: ACTOR };
    return {
      province,
      registrations: count(),
      found: all,
      incomplete: later.incomplete,
      ...(await writeForeign(request.out, all, registry)),
      worklist: request.worklist ? await fillWithFoundElsewhere(filling, all) : null,
      interrupted: request.signal.aborted,
    };
  } finally {
    await close();
  }
}

interface BlockDeps {
  readonly deps: CheckDependencies;
  readonly registry: Pick<RegistryReader, 'findPattern'>;
  readonly fingerprints: PostgresFingerprints;
  readonly checks: PostgresChecks;
  readonly pace: Pace;
  readonly signal: AbortSignal;
}

async function compareBlock(
  asking: BlockDeps,
  block: readonly SearchableRegistration[],
): Promise<Pick<Block, 'found' | 'incomplete'>> {
  const results = new Map<string, Pick<Block, 'found' | 'incomplete'>>();
  const waiting = [...block];
  const work = async () => {
    for (let next = waiting.shift(); next && !asking.signal.aborted; next = waiting.shift())
      results.set(next.registrationId, await compareOne(asking, next));
  };
  await Promise.all(Array.from({ length: OPEN }, work));
  const inOrder = block.flatMap(({ registrationId }) => results.get(registrationId) ?? []);
  return {
    found: inOrder.flatMap(({ found }) => found),
    incomplete: inOrder.flatMap(({ incomplete }) => incomplete),
  };
}

async function compareOne(
  asking: BlockDeps,
  registration: SearchableRegistration,
): Promise<Pick<Block, 'found' | 'incomplete'>> {
  const { registrationId } = registration;
  const fingerprinted = await fingerprintedOf(asking, registration);
  if (!fingerprinted) return { found: [], incomplete: [{ registrationId, checkId: null }] };
  const check = await checkFingerprint(asking.deps, {
    fingerprinted,
    actor: ACTOR,
    excluding: registrationId,
    limit: CANDIDATES,
    budgetMs: BUDGET_MS,
  });
  await asking.checks.save(check, PROGRAM, fingerprinted);
  await asking.pace.after(check.complete);
  const { checkId } = check;
  if (check.complete) return { found: foreignOf(check, registrationId), incomplete: [] };
  return { found: [], incomplete: [{ registrationId, checkId }] };
}

/** Slows down while members do not answer: questions that they refuse help nobody. */
class Pace {
  private waitMs = 0;

  constructor(private readonly signal: AbortSignal) {}

  async after(complete: boolean): Promise<void> {
    this.waitMs = complete ? 0 : Math.min(LONGEST_WAIT_MS, Math.max(FIRST_WAIT_MS, 2 * this.waitMs));
    if (this.waitMs === 0) return;
    await pause(this.waitMs, undefined, { signal: this.signal }).catch((error: unknown) => {
      if (!this.signal.aborted) throw error;
    });
  }
}

/** What the node's later checks in the place of incomplete ones found, and the registrations that are incomplete still. */
async function takeUpSequels(
  checks: PostgresChecks,
  blocks: readonly Block[],
): Promise<{ found: ForeignDuplicate[]; incomplete: string[] }> {
  const found: ForeignDuplicate[] = [];
  const incomplete: string[] = [];
  for (const { registrationId, checkId } of blocks.flatMap((block) => block.incomplete)) {
    const last = checkId === null ? undefined : await lastOf(checks, checkId);
    found.push(...(last ? foreignOf(last, registrationId) : []));
    if (!last?.complete) incomplete.push(registrationId);
  }
  return { found, incomplete };
}

async function lastOf(checks: PostgresChecks, checkId: string): Promise<Check | undefined> {
  let last = checkId;
  for (let sequels = 0; sequels < MOST_SEQUELS; sequels += 1) {
    const { supersededBy } = await checks.sequel(last);
    if (supersededBy === null) break;
    last = supersededBy;
  }
  return checks.find(last);
}

async function fingerprintedOf(
  { registry, fingerprints }: BlockDeps,
  { patternId }: SearchableRegistration,
): Promise<FingerprintedPicture | undefined> {
  const pattern = await registry.findPattern(patternId);
  const bytes = (await fingerprints.fingerprintsOf([patternId], MODEL_DIGEST)).get(patternId);
  if (!pattern || !bytes) return undefined;
  return { pattern, fingerprint: { modelDigest: MODEL_DIGEST, bytes } };
}

function foreignOf({ checkId, asker, candidates }: Check, registrationId: string): ForeignDuplicate[] {
  return candidates.flatMap((candidate) =>
    candidate.province === asker || candidate.verdict === null
      ? []
      : [
          {
            registrationId,
            checkId,
            province: candidate.province,
            otherId: candidate.registrationId,
            otherNumber: candidate.registrationNumber,
            otherTitle: candidate.title,
            otherRegisteredOn: candidate.registeredOn,
            score: candidate.verified?.score ?? candidate.score,
            verdict: candidate.verdict,
            transform: candidate.transformWords,
          },
        ],
  );
}
