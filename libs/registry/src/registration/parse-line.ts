import { RegistryError } from '../errors.js';

/**
 * One line of text as it is kept: white space in it becomes single spaces.
 * @param most characters
 * @param least 0 where it may be left out
 * @throws RegistryError INVALID_INPUT with this field, if it is empty, longer or no text
 */
export function parseLine(text: string, field: string, most: number, least: 0 | 1 = 1): string {
  const remedy = `give the ${field} in ${least} to ${most} characters`;
  const refuse = (problem: string) => new RegistryError('INVALID_INPUT', field, problem, remedy);
  if (text.length > 10 * most) throw refuse('is too long');
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line === '' && least > 0) throw refuse('is empty');
  if ([...line].length > most) throw refuse('is too long');
  if (/[\p{Cc}\p{Cs}\ufffd]/u.test(line)) throw refuse('has characters that are not text');
  return line;
}
