import { RegistryError } from '../errors.js';

/**
 * The papers of an application (作品自愿登记试行办法, 1994, and the notice of 2011 on registration procedure): application form, proof of
 * identity, sample of the work, description of the work, proof of ownership; where it applies, the contract or other ground by which
 * somebody else than the author owns it, and the agent's authority.
 */
export const PAPERS = [
  'application-form',
  'identity',
  'work-sample',
  'work-description',
  'ownership',
  'title-of-other-owner',
  'agent-authority',
] as const;

export type Paper = (typeof PAPERS)[number];

/** What no application is complete without. */
export const REQUIRED_PAPERS = [
  'application-form',
  'identity',
  'work-sample',
  'work-description',
  'ownership',
] as const satisfies readonly Paper[];

/**
 * The papers that somebody at the desk has seen, in the list's order.
 * @throws RegistryError INVALID_INPUT, field "papers", for one that is not in the list, or a required one that is missing
 */
export function parsePapers(names: readonly string[]): Paper[] {
  const known: readonly string[] = PAPERS;
  const strange = names.find((name) => !known.includes(name));
  if (strange !== undefined) {
    throw new RegistryError(
      'INVALID_INPUT',
      'papers',
      'has one that is not in the list',
      `give some of ${PAPERS.join(', ')}`,
    );
  }
  const missing = REQUIRED_PAPERS.filter((paper) => !names.includes(paper));
  if (missing.length > 0) {
    const remedy = 'file the application when its papers are complete';
    throw new RegistryError('INVALID_INPUT', 'papers', `lack ${missing.join(', ')}`, remedy);
  }
  return PAPERS.filter((paper) => names.includes(paper));
}
