import type { Actor } from '../audit.js';
import { RegistryError } from '../errors.js';
import type { Fingerprinter } from '../registration/ports.js';
import { askQuestion, type Asking } from './ask-question.js';
import type { Check, CheckDependencies } from './check.js';
import { concludeCheck, notAsked } from './conclude-check.js';
import type { CoordinatorReply, LostQuestion, SignedQuestion } from './ports.js';

/** Questions of one check, each to a coordinator that was there when it was sent. */
const MOST_QUESTIONS = 3;
/** Milliseconds in which nothing can come of another. */
const LEAST_MS = 500;

/** One picture to check. */
export interface CheckRequest {
  /** The picture file's bytes; they stay here. */
  readonly picture: Uint8Array;
  readonly actor: Actor;
  /** The application under check, which is not to find itself. */
  readonly excluding?: string | undefined;
  /** Candidates to show, 1 to 100. */
  readonly limit: number;
  /** Milliseconds for the whole federation to answer. */
  readonly budgetMs: number;
}

/**
 * A duplicate check, whole: fingerprint, ask the federation, judge, log, return.
 *
 * @throws RegistryError INVALID_INPUT or UNFIT_PICTURE for the picture, before anyone is asked
 */
export async function checkDuplicate(
  deps: CheckDependencies & { readonly fingerprinter: Fingerprinter },
  { picture, ...request }: CheckRequest,
): Promise<Check> {
  const fingerprinted = await deps.fingerprinter.fingerprint(picture);
  return checkFingerprint(deps, { ...request, fingerprinted });
}

/**
 * A duplicate check of a picture that was fingerprinted: ask the federation, judge, log, return. A coordinator that cannot be
 * reached gives an INCOMPLETE check that names every member as not asked. Where one is lost with the question, nobody knows whether it was
 * asked: it stays INCOMPLETE in the log, and another question, a check of its own, goes to whichever coordinator is there, in the time left.
 */
export async function checkFingerprint(deps: CheckDependencies, asking: Asking): Promise<Check> {
  const end = deps.clock.now().getTime() + asking.budgetMs;
  let [budgetMs, afterLost]: [number, string | undefined] = [asking.budgetMs, undefined];
  for (let questions = 1; ; questions += 1) {
    const asked = await askQuestion(deps, { ...asking, budgetMs, afterLost });
    const reply = await ask(deps, asked, new Date(asked.question.deadline));
    const lost = typeof reply === 'object' && 'lost' in reply;
    const check = await concludeCheck(deps, asked, lost ? lostWith(reply) : reply, asking.actor);
    budgetMs = end - deps.clock.now().getTime();
    if (!lost || questions === MOST_QUESTIONS || budgetMs < LEAST_MS) return check;
    afterLost = check.checkId;
  }
}

/** What every member's row says when the coordinator was lost. */
function lostWith({ lost }: LostQuestion): string {
  return `asked or not, nobody knows: the coordinator was lost (${lost})`;
}

async function ask(
  deps: CheckDependencies,
  asked: SignedQuestion,
  deadline: Date,
): Promise<CoordinatorReply | LostQuestion | string> {
  try {
    return await deps.federation.check(asked, deadline);
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'FEDERATION_UNAVAILABLE') return notAsked(error);
    throw error;
  }
}
