import { describe, expect, it } from '@jest/globals';
import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import {
  OUTCOMES,
  QuestionRefused,
  PICTURE_POLICIES,
  REGISTRATION_STATES,
  RegistryError,
  type SharedRegistration,
} from '#libs/registry';
import { boundedDetail } from './limits.js';
import { outcomeFromWire, outcomeToWire, silenceOf } from './outcomes.js';
import { Registration as WireRegistration } from './generated/weft/registration/v1/registration.js';
import { registrationFromWire, registrationToWire } from './registration-mapping.js';
import { toRpcStatus } from './status-mapping.js';

const text = fc.string({ unit: 'grapheme', maxLength: 40 });
const filled = text.filter((value) => value.length > 0 && value.length <= 200);
const date = fc
  .date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const uuid = fc.uuid({ version: 4 });

const shared: fc.Arbitrary<SharedRegistration> = fc.record({
  registrationId: uuid,
  patternId: uuid,
  registrationNumber: fc.option(filled),
  state: fc.constantFrom(...REGISTRATION_STATES),
  title: text,
  category: fc.constantFrom('F', 'A'),
  centre: text,
  registeredOn: fc.option(date),
  completedOn: fc.option(date),
  firstPublishedOn: fc.option(date),
  owner: fc.option(filled),
  pictures: fc.constantFrom(...PICTURE_POLICIES),
});

describe('a registration over the wire', () => {
  it('comes as it went', () => {
    fc.assert(
      fc.property(shared, (registration) => {
        const bytes = WireRegistration.encode(registrationToWire(registration)).finish();
        expect(registrationFromWire(WireRegistration.decode(bytes))).toEqual(registration);
      }),
    );
  });

  it('is not taken without its form', () => {
    const [registration] = fc.sample(shared, 1);
    if (!registration) throw new Error('no sample');
    const wire = registrationToWire(registration);
    for (const wrong of [
      { state: 0 },
      { state: 77 },
      { registrationId: 'x' },
      { completedOn: '2026-02-31' },
      { title: 'x'.repeat(201) },
    ]) {
      expect(registrationFromWire({ ...wire, ...wrong })).toBeUndefined();
    }
  });
});

describe('an outcome over the wire', () => {
  it('comes as it went, and what is unknown is UNREACHABLE', () => {
    for (const outcome of OUTCOMES) expect(outcomeFromWire(outcomeToWire(outcome))).toBe(outcome);
    for (const unknown of [0, -1, 10, 99]) expect(outcomeFromWire(unknown)).toBe('UNREACHABLE');
  });
});

describe('a failure', () => {
  it('of the core has its status and says field, problem and remedy', () => {
    expect(toRpcStatus(new RegistryError('NOT_FOUND', 'registrationId', 'is unknown', 'check it'))).toEqual({
      code: status.NOT_FOUND,
      details: 'registrationId: is unknown; check it',
    });
    expect(toRpcStatus(new QuestionRefused('REPLAYED', 'nonce: was taken')).code).toBe(status.ALREADY_EXISTS);
  });

  it('that nobody foresaw tells the caller nothing', () => {
    expect(toRpcStatus(new Error('password=secret')).details).not.toContain('secret');
  });

  it('is an outcome whatever was thrown, and never ANSWERED', () => {
    fc.assert(
      fc.property(fc.anything(), (thrown) => {
        expect(['TIMEOUT', 'UNREACHABLE', 'REFUSED']).toContain(silenceOf(thrown).outcome);
      }),
    );
  });
});

describe('the words of a peer', () => {
  it('are bounded and well-formed, so that they can be signed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (words) => {
        const detail = boundedDetail(words);
        expect(detail.length).toBeLessThanOrEqual(500);
        expect(/\p{Surrogate}/u.test(detail)).toBe(false);
      }),
    );
    expect(boundedDetail(`${'x'.repeat(499)}😀`)).toBe(`${'x'.repeat(499)}\ufffd`);
  });
});
