import config from './jest.config.mjs';

const { testEnvironment, extensionsToTreatAsEsm, transform, moduleNameMapper, testTimeout } = config;

/** The verifier's specs alone, without a database. */
export default {
  testEnvironment,
  extensionsToTreatAsEsm,
  transform,
  moduleNameMapper,
  testTimeout,
  testMatch: [
    '<rootDir>/libs/federation-log/src/log/**/*.spec.ts',
    '<rootDir>/test/audit/{audit,checkpoints,clearance,declarations,id-card,mutated-bundles}.spec.ts',
  ],
  maxWorkers: 1,
};
