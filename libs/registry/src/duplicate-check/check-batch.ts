import type { Actor } from '../audit.js';
import { RegistryError } from '../errors.js';
import type { FingerprintedPicture } from '../registration/ports.js';
import { askQuestion, type OpenQuestion } from './ask-question.js';
import type { Check, CheckDependencies } from './check.js';
import { concludeCheck, notAsked } from './conclude-check.js';
import type { BatchEvent } from './ports.js';
import { QuestionWindow } from './question-window.js';

/** The share of its budget that a question counts as having taken whose refusal says that too much is open. */
const WHOLE = 1;

/** One picture of a batch, fingerprinted already. */
export interface BatchPicture {
  /** The caller's name for it, unique in the batch, 1 to 64 characters. */
  readonly name: string;
  readonly fingerprinted: FingerprintedPicture;
}

/** How a batch is asked. */
export interface BatchRequest {
  readonly pictures: AsyncIterable<BatchPicture> | Iterable<BatchPicture>;
  readonly actor: Actor;
  /** Candidates to show of each picture, 1 to 100. */
  readonly limit: number;
  /** Milliseconds for the federation to answer one picture, counted from its own question. */
  readonly budgetMs: number;
}

/**
 * Checks many pictures on one stream to the coordinator and gives each picture's check as it comes. A picture whose
 * question was refused, or was still open when the stream ended, gets an INCOMPLETE check like any other unanswered one.
 *
 * @throws RegistryError FEDERATION_UNAVAILABLE after these, if the stream broke: pictures not given yet were not asked
 */
export async function* checkBatch(
  deps: CheckDependencies,
  request: BatchRequest,
): AsyncGenerator<{ readonly name: string; readonly check: Check }> {
  const open = new Map<string, OpenQuestion>();
  const window = new QuestionWindow();
  const questions = async function* () {
    for await (const { name, fingerprinted } of request.pictures) {
      await window.enter();
      const asked = await askQuestion(deps, { fingerprinted, ...request });
      open.set(name, asked);
      yield { itemId: name, question: { questionJws: asked.questionJws, fingerprint: asked.fingerprint } };
    }
  };
  let silence = 'not asked: the coordinator ended the batch before this picture';
  let failure: RegistryError | undefined;
  try {
    for await (const event of deps.federation.checkBatch(questions())) {
      if (event.kind === 'progress') continue;
      const asked = open.get(event.itemId);
      if (!asked) continue;
      open.delete(event.itemId);
      const took = deps.clock.now().getTime() - Date.parse(asked.question.askedAt);
      window.leave(isPressed(event) ? WHOLE : took / request.budgetMs);
      const reply = event.kind === 'result' ? event.reply : `not asked: ${event.detail}`;
      yield { name: event.itemId, check: await concludeCheck(deps, asked, reply, request.actor) };
    }
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'FEDERATION_UNAVAILABLE') throw error;
    failure = error;
    silence = notAsked(error);
  }
  for (const [name, asked] of open)
    yield { name, check: await concludeCheck(deps, asked, silence, request.actor) };
  if (failure) throw failure;
}

/** Whether coordinator or members refused: mostly because too much waits there. */
function isPressed(event: Exclude<BatchEvent, { kind: 'progress' }>): boolean {
  if (event.kind === 'refused') return true;
  return event.reply.replies.some(({ reply }) => reply.kind === 'none' && reply.outcome === 'REFUSED');
}
