import { jestExpect } from '@jest/expect';
import * as circus from 'jest-circus';

/** What specs take from `@jest/globals`, without jest around it. */
export const { describe, it, test, beforeAll, beforeEach, afterAll, afterEach } = circus;
export const expect = jestExpect;
