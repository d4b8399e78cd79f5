import type { worklistZh } from './worklist.zh.js';

/** Words of the worklist of duplicates. */
export const worklistEn: typeof worklistZh = {
  title: 'Duplicates to settle',
  lead: 'Pairs of registrations that a comparison of the whole registry with itself or with the other provinces (weft dedupe --worklist) found alike, for examiners to compare and settle.',
  none: 'No duplicates to settle.',
  noSuch: 'There is no such pair.',
  stateHead: 'State',
  anyState: 'All',
  state: { open: 'Open', taken: 'Under way', closed: 'Closed' },
  stateBy: '{{state}} ({{user}})',
  stateCount: '{{state}} {{count}}',
  score: 'Score',
  own: 'Registration here',
  other: 'The other one',
  province: 'Its province',
  foundAt: 'Found at',
  transform: 'Transform',
  samePicture: 'the same picture',
  check: 'Check that found it',
  result: 'Result',
  results: {
    'same-work': 'The same work',
    'not-a-duplicate': 'Not a duplicate',
    'finding-sent': 'Finding sent',
  },
  resultHint:
    'The same work: revoke the later registration on its own page. Where the other is another province’s: open the check, send the finding, then close this as “Finding sent”.',
  reason: 'Reason (required)',
  take: 'Take it',
  takeOver: 'Take it over',
  takeAgain: 'Take it up again',
  release: 'Give it back',
  close: 'Close',
  acts: 'What can be done',
  history: 'History',
  step: { taken: 'Taken', released: 'Given back', closed: 'Closed' },
  historyHint:
    "Every step is in this province's log. A further comparison adds no pair twice and reopens none that is closed.",
  finding: 'The finding',
  openCheck: 'Open the check to compare and to send a finding',
  compareForeign:
    'The other picture stays in its province: compare it, ask for it and send a finding in the check that found it.',
};
