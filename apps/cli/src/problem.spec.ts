import { describe, expect, it } from '@jest/globals';
import { PersistenceError } from '#libs/persistence';
import { RegistryError } from '#libs/registry';
import { Problem, reportOf } from './problem.js';

describe('what stopped a command', () => {
  it.each([
    [new Problem('--province', 'is none', 'name one'), 'PROBLEM', '--province'],
    [new RegistryError('CONFLICT', 'picture', 'is none', 'name one'), 'CONFLICT', 'picture'],
    [new PersistenceError('UNREACHABLE', 'is none', 'name one'), 'UNREACHABLE', 'database'],
  ])('is told with problem and remedy (%#)', (error, code, field) => {
    expect(reportOf(error)).toEqual({ error: { code, field, problem: 'is none', remedy: 'name one' } });
  });

  it('is a fault of the program when it tells no remedy, on one line all the same', () => {
    expect(reportOf(new Error('first\nsecond\u0007')).error).toMatchObject({
      code: 'FAULT',
      problem: 'first second',
    });
    expect(reportOf(undefined).error.code).toBe('FAULT');
  });
});
