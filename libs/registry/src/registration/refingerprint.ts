import type { Actor } from '../audit.js';
import type { Clock } from '../duplicate-check/ports.js';
import { RegistryError } from '../errors.js';
import { mapAhead } from '../import/map-ahead.js';
import type { DepositCopies, Fingerprinter, Registry } from './ports.js';
import type { Pattern } from './registration.js';

/** Patterns looked up at once. */
const PAGE = 100;

/** What making the fingerprints of another model needs. */
export interface RefingerprintDeps {
  readonly registry: Pick<Registry, 'patternsWithout' | 'transaction'>;
  readonly depositCopies: Pick<DepositCopies, 'get'>;
  readonly fingerprinter: Fingerprinter;
  readonly clock: Clock;
  /** Pictures worked on at once, 1 or more and no more than the fingerprinter takes. */
  readonly atOnce: number;
  /** The program that does it. */
  readonly actor: Actor;
}

/** What became of one pattern; `problem` is null if it has its fingerprint now. */
export interface Refingerprinted {
  readonly pattern: Pattern;
  readonly problem: string | null;
}

/**
 * Goes once over the patterns that have no fingerprint of the fingerprinter's model and makes it from the deposit copy,
 * each in a transaction of its own. Nothing but the registry says what is missing: a run that was stopped, or another
 * process, costs nothing. The caller sets the pace: with one at once, a picture is worked on only when the next result is
 * asked for.
 *
 * A pattern whose copy is missing, damaged or unfit is told and passed over.
 * @throws RegistryError TOO_MANY if the fingerprinter is full; what the registry or a broken fingerprinter throws
 */
export function refingerprint(deps: RefingerprintDeps): AsyncGenerator<Refingerprinted, void, void> {
  return mapAhead(missing(deps), deps.atOnce, async (pattern) => ({
    pattern,
    problem: await addMissing(deps, pattern),
  }));
}

async function* missing({ registry, fingerprinter }: RefingerprintDeps): AsyncGenerator<Pattern> {
  for (let after: string | null = null; ;) {
    const page: Pattern[] = await registry.patternsWithout(fingerprinter.modelDigest, after, PAGE);
    yield* page;
    if (page.length < PAGE) return;
    after = page.at(-1)?.patternId ?? null;
  }
}

async function addMissing(deps: RefingerprintDeps, pattern: Pattern): Promise<string | null> {
  const picture = await deps.depositCopies.get(pattern.pictureDigest).catch(problemOf);
  if (typeof picture === 'string') return picture;
  const made = await deps.fingerprinter.fingerprint(picture).catch((error: unknown) => {
    if (error instanceof RegistryError && error.code !== 'TOO_MANY') return problemOf(error);
    throw error;
  });
  if (typeof made === 'string') return made;
  const { patternId } = pattern;
  const { modelDigest } = made.fingerprint;
  await deps.registry.transaction(async (writer) => {
    await writer.addFingerprint(patternId, made.fingerprint);
    await writer.log.append({
      type: 'registry.refingerprinted',
      outcome: 'success',
      actor: deps.actor,
      at: deps.clock.now().toISOString(),
      subject: null,
      details: { patternId, modelDigest, ...(await writer.head()) },
    });
  });
  return null;
}

function problemOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
