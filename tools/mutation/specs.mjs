/**
 * The specs that judge a change of the verifier: in memory, without a database or a process, and quick. What hundreds of random changes
 * of a file show beside them (`test/audit/audit.spec.ts`, `mutated-bundles.spec.ts`) is left out: the score is no higher for it.
 */
export const SPECS = [
  'libs/federation-log/src/log/tiles.spec',
  'libs/federation-log/src/log/small-trees.spec',
  'libs/federation-log/src/log/merkle.spec',
  'libs/federation-log/src/log/note.spec',
  'libs/federation-log/src/log/witness.spec',
  'libs/audit/src/count-rules.spec',
  'libs/audit/src/finding.spec',
  'libs/audit/src/judge-evidence.spec',
  'libs/audit/src/record-rules.spec',
  'test/audit/checkpoints.spec',
  'test/audit/declarations.spec',
  'test/audit/policy.spec',
  'test/audit/log-files.spec',
  'test/audit/forms.spec',
  'test/audit/statements.spec',
  'test/audit/receipts.spec',
  'test/audit/id-card.spec',
  'test/audit/entries.spec',
];

/** The seed of every property test, so that two runs give one score. */
export const SEED = 20_261_125;
