/** The specs that judge a change of the verifier: in memory, without a database or a process. The quick ones first. */
export const SPECS = [
  'libs/federation-log/src/log/merkle.spec',
  'libs/federation-log/src/log/note.spec',
  'libs/federation-log/src/log/witness.spec',
  'libs/federation-log/src/log/tiles.spec',
  'libs/federation-log/src/log/receipt.spec',
  'libs/audit/src/count-rules.spec',
  'libs/audit/src/record-rules.spec',
  'test/audit/vectors.spec',
  'test/audit/checkpoints.spec',
  'test/audit/declarations.spec',
  'test/audit/policy.spec',
  'test/audit/log-files.spec',
  'test/audit/forms.spec',
  'test/audit/statements.spec',
  'test/audit/id-card.spec',
  'test/audit/clearance.spec',
  'test/audit/audit.spec',
  'test/audit/entries.spec',
  'test/audit/mutated-bundles.spec',
];

/** The seed of every property test, so that two runs give one score. */
export const SEED = 20_261_125;
