/**
 * Mutation tests of the verifier: `npm run mutate`, or of some files `npm run mutate -- --mutate FILE,FILE`. Minutes; not for CI.
 */
export default {
  testRunner: 'specs',
  plugins: ['spec-runner', 'words', 'each'].map((name) => `./tools/mutation/${name}.mjs`),
  ignorers: ['words'],
  buildCommand: 'node tools/mutation/build.mjs',
  coverageAnalysis: 'perTest',
  mutate: ['libs/federation-log/src/log/*.ts', 'libs/audit/src/*.ts', '!**/*.spec.ts', '!**/index.ts'],
  ignorePatterns: ['dist', '.weft', 'libs/fingerprint/model', 'libs/fingerprint/training', 'docs', 'deploy'],
  checkers: [],
  reporters: ['each', 'clear-text', 'progress-append-only', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportMutants: false },
  jsonReporter: { fileName: '.stryker/mutation.json' },
  concurrency: 1,
  // On a busy machine a change that is slow is not one that is noticed.
  timeoutMS: 20_000,
  dryRunTimeoutMinutes: 30,
  timeoutFactor: 3,
  tempDirName: '.stryker/sandboxes',
  thresholds: { high: 95, low: 85, break: 85 },
};
