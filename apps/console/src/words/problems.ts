import i18next from 'i18next';
import { ApiProblem } from '../api/client.js';
import { nodeErrorText } from './node-errors.js';

/** What the node said no to, in the user's language; its own words where there are none of ours. */
export function problemText(error: unknown): string {
  if (!(error instanceof ApiProblem))
    return i18next.t('problem.other', { detail: error instanceof Error ? error.message : String(error) });
  return nodeErrorText(error);
}
