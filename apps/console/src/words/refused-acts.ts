import { FINDING_STEPS, PAPERS, REGISTRATION_STATES } from '#libs/registry';
import i18next from 'i18next';

/** An act that the node refused because of how things stand, or of what was done in the meantime. */
interface RefusedAct {
  readonly field: string;
  /** The node's own words. */
  readonly problem: string;
}

/** In the user's language why an act may not be done now; undefined where there are no words for it. */
export function refusedActText({ field, problem }: RefusedAct): string | undefined {
  const { t } = i18next;
  switch (field) {
    case 'before':
    case 'findingId':
      return problem === 'has two histories' ? t('findings.fork') : t('problem.stepSince');
    case 'supersedes':
      return t('problem.decidedSince');
    case 'decisionId':
      return t('problem.confirmedSince');
    case 'itemId':
      return t('problem.notTaken');
    case 'result':
      return t('problem.noFindingSent');
    case 'registrationId':
      return problem.includes('of this check already') ? t('problem.notedAlready') : undefined;
    case 'checkId':
      return checkText(problem);
    case 'state':
    case 'step':
      return problem.includes('the registration stands') ? t('problem.notRevoked') : changeText(problem);
    default:
      return undefined;
  }
}

function checkText(problem: string): string | undefined {
  const { t } = i18next;
  if (problem.startsWith('was superseded')) return t('problem.superseded');
  if (problem.startsWith('is not decided')) return t('problem.undecidedSample');
  if (problem.startsWith('has a bundle')) return t('problem.largeBundle');
  if (problem.startsWith('is of directory epoch')) return t('problem.oldDirectory');
  return undefined;
}

/** "is applied, which cannot become revoked", in the words of the states or steps. */
function changeText(problem: string): string | undefined {
  const [, from = '', to = ''] = /^is ([a-z]+), which cannot become ([a-z]+)/.exec(problem) ?? [];
  const [one, other] = [stateText(from), stateText(to)];
  if (one === undefined || other === undefined) return undefined;
  return i18next.t('problem.cannotBecome', { from: one, to: other });
}

function stateText(name: string): string | undefined {
  const state = REGISTRATION_STATES.find((one) => one === name);
  if (state) return i18next.t(`registrations.states.${state}`);
  const step = FINDING_STEPS.find((one) => one === name);
  return step && i18next.t(`findings.step.${step}`);
}

/** The papers that the node's words name ("lack identity, ownership"), as they are called on the screen. */
export function papersText(problem: string): string {
  const named = PAPERS.filter((paper) => new RegExp(`\\b${paper}\\b`).test(problem));
  return named.map((paper) => i18next.t(`applications.papers.${paper}`)).join(i18next.t('unit.comma'));
}
