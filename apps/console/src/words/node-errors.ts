import i18next from 'i18next';
import { papersText, refusedActText } from './refused-acts.js';

/** An error as the node words it. */
interface NodeError {
  readonly code: string;
  readonly field: string;
  readonly problem: string;
  readonly remedy: string;
}

/** @param error as the node gives it with a failed call, or keeps it with a picture of a batch */
export function nodeErrorText({ code, field, problem, remedy }: NodeError): string {
  const detail = problem;
  if (field === 'batch' && problem.startsWith('was cancelled')) return i18next.t('batch.cancelledItem');
  switch (code) {
    case 'UNREACHABLE':
    case 'UNREADABLE':
    case 'UNAUTHENTICATED':
    case 'NOT_FOUND':
    case 'INDEX_UNAVAILABLE':
    case 'INDEX_TIMEOUT':
    case 'NO_SPACE':
      return i18next.t(`problem.${code}`);
    case 'FORBIDDEN':
      if (field === 'decisionId') return i18next.t('problem.ownDecision');
      return i18next.t(field === 'size' || field === 'province' ? 'problem.notShown' : 'problem.FORBIDDEN');
    case 'FEDERATION_UNAVAILABLE':
      return i18next.t(field === 'province' ? 'problem.provinceSilent' : 'problem.FEDERATION_UNAVAILABLE');
    case 'WRONG_STATE':
      return refusedActText({ field, problem }) ?? i18next.t('problem.WRONG_STATE', { detail });
    case 'INTERNAL':
    case 'LOST':
      return i18next.t(`problem.${code}`, { detail });
    case 'TOO_MANY':
      return i18next.t(field === 'batch' ? 'problem.TOO_MANY_batch' : 'problem.TOO_MANY');
    case 'CONFLICT':
      return refusedActText({ field, problem }) ?? i18next.t('problem.other', { detail });
    case 'NO_CLEAR_TOKEN':
      return i18next.t('problem.NO_CLEAR_TOKEN', { detail: clearTokenProblem(problem, remedy) });
    default: {
      if (field === 'papers') return i18next.t('problem.PAPERS', { detail: papersText(problem) });
      const line = fieldText({ field, problem });
      if (line) return line;
      const known = pictureProblem(problem);
      if (known) return i18next.t(known, { detail: /\d+%/.exec(problem)?.[0] ?? '' });
      return i18next.t('problem.other', { detail: [field, problem, remedy].filter(Boolean).join('; ') });
    }
  }
}

/** The node's refusals of a picture (libs/fingerprint), by what stands in them. */
const PICTURE_PROBLEMS = [
  [/structure|plain|colour all over/, 'problem.UNFIT_structure'],
  [/pattern covers/, 'problem.UNFIT_covers'],
  [/too few to compare/, 'problem.UNFIT_small'],
  [/too small to compare/, 'problem.picture_small'],
  [/too large|larger than 64 MiB|more than \d+$/, 'problem.picture_large'],
  [/cannot be decoded|broke off|opens like|is empty/, 'problem.picture_damaged'],
  [/is no JPEG/, 'problem.picture_format'],
  [/animation/, 'problem.picture_animation'],
] as const;

/** Why there is no clear token (apps/province-node/src/clearance, libs/registry/src/clear-token), by what stands in it. */
const CLEAR_TOKEN_PROBLEMS = [
  [/is not complete/, 'clearToken.incomplete'],
  [/waits for a second examiner/, 'clearToken.unconfirmed'],
  [/was decided/, 'clearToken.decided'],
  [/is not decided/, 'clearToken.undecided'],
  [/not witnessed/, 'clearToken.unwitnessed'],
  [/was used before/, 'clearToken.used'],
  [/has expired/, 'clearToken.expired'],
] as const;

function clearTokenProblem(problem: string, remedy: string): string {
  const known = CLEAR_TOKEN_PROBLEMS.find(([pattern]) => pattern.test(problem))?.[1];
  return known ? i18next.t(known) : `${problem}; ${remedy}`;
}

function pictureProblem(problem: string) {
  return PICTURE_PROBLEMS.find(([pattern]) => pattern.test(problem))?.[1];
}

/** Fields that a person fills in, by what they are called on the screen. */
const FIELD_WORDS = {
  title: 'registrations.workTitle',
  owner: 'registrations.owner',
  category: 'registrations.category',
  centre: 'registrations.centre',
  completedOn: 'registrations.completedOn',
  firstPublishedOn: 'registrations.firstPublishedOn',
  reason: 'registrations.reason',
  remark: 'market.remark',
  name: 'market.nameHead',
  reference: 'market.referenceHead',
  foundOn: 'market.foundOn',
  handedOn: 'market.handedOn',
  decidedOn: 'market.decidedOn',
} as const;

/** Most characters of a field; 200 of any other. */
const MOST: Readonly<Record<string, number>> = { reason: 1_000, remark: 1_000, reference: 100 };

/** What can be wrong with a field (libs/registry/src/registration/work-metadata.ts), by what stands in it. */
const FIELD_PROBLEMS = [
  [/is empty|is missing/, 'fieldProblem.empty'],
  [/is longer|is too long/, 'fieldProblem.long'],
  [/not text/, 'fieldProblem.characters'],
  [/is in the future/, 'fieldProblem.future'],
  [/is after the first publication/, 'fieldProblem.order'],
  [/^is before/, 'fieldProblem.early'],
  [/not a date/, 'fieldProblem.date'],
  [/not one letter/, 'fieldProblem.letter'],
] as const;

/** A field and what is wrong with it, in the user's language; null if it is none that a person fills in. */
export function fieldText({ field, problem }: Pick<NodeError, 'field' | 'problem'>): string | null {
  const word = Object.entries(FIELD_WORDS).find(([name]) => name === field)?.[1];
  const known = FIELD_PROBLEMS.find(([pattern]) => pattern.test(problem))?.[1];
  if (word === undefined || known === undefined) return null;
  return i18next.t(known, { field: i18next.t(word), most: MOST[field] ?? 200 });
}
