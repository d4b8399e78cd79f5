import type { Actor } from '../audit.js';
import { RegistryError } from '../errors.js';
import type { Fingerprinter } from '../registration/ports.js';
import { askQuestion, type Asking } from './ask-question.js';
import type { Check, CheckDependencies } from './check.js';
import { concludeCheck, notAsked } from './conclude-check.js';
import type { CoordinatorReply, SignedQuestion } from './ports.js';

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
 * reached gives an INCOMPLETE check that names every member as not asked.
 */
export async function checkFingerprint(deps: CheckDependencies, asking: Asking): Promise<Check> {
  const asked = await askQuestion(deps, asking);
  const reply = await ask(deps, asked, new Date(asked.question.deadline));
  return concludeCheck(deps, asked, reply, asking.actor);
}

async function ask(
  deps: CheckDependencies,
  asked: SignedQuestion,
  deadline: Date,
): Promise<CoordinatorReply | string> {
  try {
    return await deps.federation.check(asked, deadline);
  } catch (error) {
    if (error instanceof RegistryError && error.code === 'FEDERATION_UNAVAILABLE') return notAsked(error);
    throw error;
  }
}
