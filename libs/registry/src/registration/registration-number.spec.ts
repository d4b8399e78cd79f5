import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RegistryError } from '../errors.js';
import { allProvinces } from '../province.js';
import { readRegistrationNumber, writeRegistrationNumber } from './registration-number.js';

const numbers = fc.record({
  region: fc.constantFrom('国', ...allProvinces().map((province) => province.regionWord)),
  year: fc.integer({ min: 1990, max: 2100 }),
  category: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'),
  serial: fc.integer({ min: 1, max: 999_999_999_999 }),
});

describe('registration number', () => {
  it.each([
    ['浙作登字-2021-F-00012345', '浙作登字-2021-F-00012345'],
    ['浙作登字—2021—F—12345', '浙作登字-2021-F-00012345'],
    ['浙作登字——2021——F——12345', '浙作登字-2021-F-00012345'],
    ['浙作登字－２０２１－Ｆ－０００１２３４５', '浙作登字-2021-F-00012345'],
    [' 浙 作 登 字 - 2021 – f ‑ 12345 ', '浙作登字-2021-F-00012345'],
    ['浙作登字−2021-f-1', '浙作登字-2021-F-00000001'],
    ['浙-2021-F-12345', '浙作登字-2021-F-00012345'],
    ['浙作登字第2021-F-00012345号', '浙作登字-2021-F-00012345'],
    ['浙作登字：2021F00012345', '浙作登字-2021-F-00012345'],
    ['国作登字-2016-F-00300001', '国作登字-2016-F-00300001'],
    ['内蒙古作登字-2016-F-123456789012', '内蒙古作登字-2016-F-123456789012'],
    ['\ufeff苏作登字-2016-F-00000007\u200b', '苏作登字-2016-F-00000007'],
  ])('reads %j as %s', (text, written) => {
    expect(writeRegistrationNumber(readRegistrationNumber(text))).toBe(written);
  });

  it.each([
    ['', 'is empty'],
    ['  ', 'is empty'],
    ['2021-F-00012345', 'region word'],
    ['美作登字-2021-F-00012345', 'region word'],
    ['浙作登字', 'year'],
    ['浙作登字-1989-F-00012345', 'year'],
    ['浙作登字-2101-F-00012345', 'year'],
    ['浙作登字-21-F-00012345', 'year'],
    ['浙作登字-2021-FF-00012345', 'category'],
    ['浙作登字-2021--00012345', 'category'],
    ['浙作登字-2021-美-00012345', 'category'],
    ['浙作登字-2021-F-', 'serial'],
    ['浙作登字-2021-F-0', 'serial'],
    ['浙作登字-2021-F-1234567890123', 'serial'],
    ['浙作登字-2021-F-12-34', 'region, year, category and serial'],
    ["浙作登字-2021-F-1'; drop table x", 'region, year, category and serial'],
    ['浙'.repeat(101), 'longer than 100'],
  ])('refuses %j and says why', (text, why) => {
    expect(() => readRegistrationNumber(text)).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        field: 'registrationNumber',
        problem: expect.stringContaining(why),
      }),
    );
  });

  it('reads what it wrote', () => {
    fc.assert(
      fc.property(numbers, (number) => {
        expect(readRegistrationNumber(writeRegistrationNumber(number))).toEqual(number);
      }),
    );
  });

  it('reads any spelling of the same number as the same number', () => {
    const dash = fc.constantFrom('-', '‑', '–', '—', '－', '−', ' - ', '——', '');
    fc.assert(
      fc.property(numbers, dash, fc.boolean(), fc.boolean(), (number, between, small, opening) => {
        const category = small ? number.category.toLowerCase() : number.category;
        const spelled = [
          `${number.region}${opening ? ' 作登字' : ''}`,
          number.year,
          category,
          number.serial,
        ].join(between);
        expect(readRegistrationNumber(spelled)).toEqual(number);
      }),
    );
  });

  it('never does anything with a hostile text but read it or refuse it', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.string({
        unit: fc.constantFrom(...'浙国作登字第号-—－:０1F２f\u0000\u202e\ud800 '.split('')),
        maxLength: 40,
      }),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          const number = readRegistrationNumber(text);
          expect(readRegistrationNumber(writeRegistrationNumber(number))).toEqual(number);
        } catch (error) {
          expect(error).toBeInstanceOf(RegistryError);
        }
      }),
    );
  });

  it('does not write what it would not read', () => {
    expect(() => writeRegistrationNumber({ region: '浙', year: 2021, category: 'f', serial: 1 })).toThrow(
      RegistryError,
    );
  });
});
