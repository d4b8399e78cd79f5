import { RegistryError } from '../errors.js';
import { allProvinces } from '../province.js';

/** The national centre's region word; no province has it. */
export const NATIONAL_REGION_WORD = '国';

const MIN_YEAR = 1990;
const MAX_YEAR = 2100;
const MIN_SERIAL_DIGITS = 8;
const MAX_SERIAL = 999_999_999_999;
const MAX_TEXT_LENGTH = 100;
const REMEDY = 'write it like 浙作登字-2021-F-00012345';

const REGION_WORDS = [NATIONAL_REGION_WORD, ...allProvinces().map((province) => province.regionWord)];
const REGION = new RegExp(`^(${REGION_WORDS.join('|')})(?:作登字)?第?[:-]?`, 'u');
const DASHES = /[\p{Dash_Punctuation}\u2212]+|-+/gu;
const IGNORED = /[\s\u200b-\u200f\u2060\ufeff]+/gu;

/** A registration number in its parts (notice 国版函[2016]1号: region, year, category, serial). */
export interface RegistrationNumber {
  /** One of the provinces' region words, or 国. */
  readonly region: string;
  /** 1990 to 2100. */
  readonly year: number;
  /** One capital letter. */
  readonly category: string;
  /** 1 to 999,999,999,999. */
  readonly serial: number;
}

function unreadable(problem: string): RegistryError {
  return new RegistryError('INVALID_INPUT', 'registrationNumber', problem, REMEDY);
}

/**
 * Reads a number as people and older systems write it: any dash or none, full-width signs, spaces, a small letter, a short
 * serial, 作登字 left out, 第…号 around it.
 * @throws RegistryError INVALID_INPUT, field "registrationNumber"
 */
export function readRegistrationNumber(text: string): RegistrationNumber {
  if (text.length > MAX_TEXT_LENGTH) throw unreadable(`is longer than ${MAX_TEXT_LENGTH} characters`);
  const plain = text.normalize('NFKC').replace(IGNORED, '').replace(DASHES, '-').toUpperCase();
  if (plain === '') throw unreadable('is empty');
  const region = REGION.exec(plain);
  if (!region?.[1])
    throw unreadable('does not begin with a region word (浙, 鲁, 苏, 粤, ... or 国) and 作登字');
  const rest = plain.slice(region[0].length).replace(/号$/u, '');
  const parts = /^([0-9]*)-?([^0-9-]*)-?([0-9]*)$/u.exec(rest);
  if (!parts) throw unreadable('is not region, year, category and serial');
  const [, year = '', category = '', serial = ''] = parts;
  return checked({ region: region[1], year: Number(year), category, serial: Number(serial) });
}

/**
 * The one written form: the serial has at least 8 digits.
 * @throws RegistryError INVALID_INPUT, field "registrationNumber", for a part out of its range
 */
export function writeRegistrationNumber(number: RegistrationNumber): string {
  const { region, year, category, serial } = checked(number);
  return `${region}作登字-${year}-${category}-${String(serial).padStart(MIN_SERIAL_DIGITS, '0')}`;
}

function checked(number: RegistrationNumber): RegistrationNumber {
  const { region, year, category, serial } = number;
  if (!REGION_WORDS.includes(region)) throw unreadable('names no region of the national list');
  if (!Number.isInteger(year) || year < MIN_YEAR || year > MAX_YEAR) {
    throw unreadable(`its year is not one of ${MIN_YEAR} to ${MAX_YEAR}`);
  }
  if (!/^[A-Z]$/u.test(category)) throw unreadable('its category is not one letter of A to Z');
  if (!Number.isInteger(serial) || serial < 1 || serial > MAX_SERIAL) {
    throw unreadable('its serial is not a number of 1 to 12 digits above 0');
  }
  return number;
}
