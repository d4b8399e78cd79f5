/** Mutation tests of the verifier: `npm run mutate`, or of one file `npm run mutate -- --mutate FILE`. Long; not for CI. */
export default {
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--no-warnings'],
  jest: { configFile: 'jest.mutate.mjs', enableFindRelatedTests: true },
  coverageAnalysis: 'off',
  mutate: ['libs/federation-log/src/log/*.ts', 'libs/audit/src/*.ts', '!**/*.spec.ts', '!**/index.ts'],
  ignorePatterns: ['dist', '.weft', 'libs/fingerprint/model', 'libs/fingerprint/training', 'docs'],
  checkers: [],
  reporters: ['clear-text', 'progress-append-only'],
  concurrency: 1,
  timeoutMS: 60_000,
  tempDirName: '.stryker',
  thresholds: { high: 95, low: 85, break: 85 },
};
