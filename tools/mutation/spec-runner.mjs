import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { INSTRUMENTER_CONSTANTS } from '@stryker-mutator/api/core';
import { PluginKind, declareClassPlugin } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  TestStatus,
  determineHitLimitReached,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import fc from 'fast-check';
import * as circus from 'jest-circus';
import * as globals from './globals.mjs';
import { SEED, SPECS } from './specs.mjs';

const { NAMESPACE, ACTIVE_MUTANT, CURRENT_TEST_ID, MUTATION_COVERAGE_OBJECT, HIT_COUNT, HIT_LIMIT } =
  INSTRUMENTER_CONSTANTS;
const TEST_TIMEOUT_MS = 60_000;

/**
 * Runs the specs of `specs.mjs` in this process, by jest's own circus, as often as there are mutants: modules are read once, and a
 * mutant costs what its tests cost. A mutant of what a module does as it is read gets a process of its own, by Stryker.
 */
class SpecRunner {
  #namespace = (globalThis[NAMESPACE] ??= {});
  #loaded = null;
  #failed = false;
  #bail = true;

  capabilities() {
    return { reloadEnvironment: false };
  }

  async dryRun({ testFiles }) {
    await this.#load(testFiles);
    const tests = await this.#run(undefined, true);
    const { static: atStart = {}, perTest = {} } = this.#namespace[MUTATION_COVERAGE_OBJECT] ?? {};
    return {
      status: DryRunStatus.Complete,
      tests,
      mutantCoverage: { static: atStart, perTest: withHooks(perTest) },
    };
  }

  async mutantRun({ activeMutant, mutantActivation, testFilter, disableBail, hitLimit }) {
    const namespace = this.#namespace;
    namespace[HIT_LIMIT] = hitLimit;
    namespace[HIT_COUNT] = hitLimit === undefined ? undefined : 0;
    if (mutantActivation === 'static') namespace[ACTIVE_MUTANT] = activeMutant.id;
    try {
      await this.#load();
    } catch (error) {
      return toMutantRunResult(failedToLoad(error), disableBail);
    }
    namespace[ACTIVE_MUTANT] = activeMutant.id;
    const tests = await this.#run(testFilter, disableBail);
    namespace[ACTIVE_MUTANT] = undefined;
    const timeout = determineHitLimitReached(namespace[HIT_COUNT], hitLimit);
    return toMutantRunResult(timeout ?? { status: DryRunStatus.Complete, tests }, disableBail);
  }

  /** @param only paths of specs (`--testFiles`); all if there are none */
  async #load(only) {
    this.#loaded ??= loadSpecs((event) => this.#hear(event), only);
    await this.#loaded;
  }

  /** Runs the tests of these ids, all if there are none; after the first failure no other begins, unless told otherwise. */
  async #run(ids, disableBail) {
    const wanted = ids && new Set(ids);
    const tests = testsUnder(circus.getState().rootDescribeBlock);
    for (const test of tests) {
      const left = wanted !== undefined && !wanted.has(idOf(test));
      Object.assign(test, { errors: [], status: null, mode: left ? 'skip' : undefined });
    }
    Object.assign(circus.getState(), { hasStarted: false, unhandledErrors: [], currentlyRunningTest: null });
    this.#failed = false;
    this.#bail = !disableBail;
    await circus.run();
    this.#namespace[CURRENT_TEST_ID] = undefined;
    return tests.map(resultOf);
  }

  /** Says to the instrumented code whose coverage it is, and ends a run at its first failure. */
  #hear({ name, hook, test }) {
    if (name === 'hook_start' && hook.type === 'beforeAll')
      this.#namespace[CURRENT_TEST_ID] = idOf(hook.parent);
    if (name === 'test_start') this.#namespace[CURRENT_TEST_ID] = idOf(test);
    if (name === 'test_fn_failure' || name === 'hook_failure') this.#failed = true;
    if (this.#failed && this.#bail) {
      for (const other of testsUnder(circus.getState().rootDescribeBlock))
        if (other.status === null && other !== test) other.mode = 'skip';
    }
  }
}

/** Reads every spec into a block of its own name. */
async function loadSpecs(hear, only = []) {
  Object.assign(globalThis, globals);
  // A change that is noticed is noticed: no smaller example is looked for.
  fc.configureGlobal({ seed: SEED, endOnFailure: true });
  // A promise that nobody waits for, as a mutant leaves some, ends no process.
  process.on('unhandledRejection', () => undefined);
  const state = circus.getState();
  state.testTimeout = TEST_TIMEOUT_MS;
  circus.addEventHandler(hear);
  for (const spec of SPECS) {
    const file = join(process.cwd(), 'dist', `${spec}.js`);
    const wanted = only.length === 0 || only.some((path) => path.endsWith(`${spec}.ts`));
    if (!wanted || !existsSync(file)) continue;
    circus.describe(spec, () => undefined);
    state.currentDescribeBlock = state.rootDescribeBlock.children.at(-1);
    await import(pathToFileURL(file).href);
    state.currentDescribeBlock = state.rootDescribeBlock;
  }
}

function testsUnder(block) {
  return block.children.flatMap((child) => (child.type === 'test' ? [child] : testsUnder(child)));
}

/** The words from the file to the test. */
function idOf({ name, parent }) {
  return parent?.parent ? `${idOf(parent)} > ${name}` : name;
}

/** What a hook before all tests of a block covers, every test of that block covers. */
function withHooks(perTest) {
  const tests = testsUnder(circus.getState().rootDescribeBlock);
  return Object.fromEntries(
    tests.map((test) => {
      const covered = {};
      for (let at = test; at?.parent; at = at.parent)
        for (const [mutant, hits] of Object.entries(perTest[idOf(at)] ?? {}))
          covered[mutant] = (covered[mutant] ?? 0) + hits;
      return [idOf(test), covered];
    }),
  );
}

function resultOf(test) {
  const id = idOf(test);
  const told = { id, name: id, timeSpentMs: test.duration ?? 0 };
  if (test.errors.length > 0)
    return { ...told, status: TestStatus.Failed, failureMessage: String(test.errors[0]) };
  return { ...told, status: test.status === 'done' ? TestStatus.Success : TestStatus.Skipped };
}

function failedToLoad(error) {
  const failed = { id: 'loading', name: 'loading', timeSpentMs: 0, status: TestStatus.Failed };
  return { status: DryRunStatus.Complete, tests: [{ ...failed, failureMessage: String(error) }] };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'specs', SpecRunner)];
