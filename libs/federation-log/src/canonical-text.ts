/** Objects and arrays nested deeper than this are refused. */
export const MAX_DEPTH = 32;

const NUMBER = /[^,\]}]*/y;
const KEYWORD = /true|false|null/y;
/** Control characters that have an escape of their own: \b \t \n \f \r. */
const SHORT_ESCAPES = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

/**
 * Whether a text is the RFC 8785 form of its value, told from the text alone, character by character: no white space, members in
 * order and none twice, strings and numbers in their one form, nested at most 32 deep.
 * @param text valid JSON without lone surrogates; of anything else the answer means nothing
 */
export function isCanonicalText(text: string): boolean {
  /** Of each open object the last key, undefined before the first; null for an array. */
  const open: (string | undefined | null)[] = [];
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === COLON) {
      at += 1;
    } else if (code === CLOSE_OBJECT || code === CLOSE_ARRAY) {
      open.pop();
      at += 1;
    } else if (code === QUOTE) {
      const end = endOfString(text, at);
      if (end < 0) return false;
      if (text.charCodeAt(end) === COLON) {
        const key = readKey(text, at, end);
        const last = open[open.length - 1];
        if (typeof last === 'string' && last >= key) return false;
        open[open.length - 1] = key;
      } else if (open.length > MAX_DEPTH) return false;
      at = end;
    } else if (open.length > MAX_DEPTH) {
      return false;
    } else if (code === OPEN_OBJECT || code === OPEN_ARRAY) {
      open.push(code === OPEN_OBJECT ? undefined : null);
      at += 1;
    } else {
      at = endOfScalar(text, at, code);
      if (at < 0) return false;
    }
  }
  return true;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_ARRAY, CLOSE_ARRAY] = [0x7b, 0x7d, 0x5b, 0x5d];
const [LETTER_A, LETTER_U] = [0x61, 0x75];

/** Where the string that starts at `start` ends; -1 if a character in it is written otherwise than it must be. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code !== BACKSLASH) continue;
    at += 1;
    const escaped = text.charCodeAt(at);
    if (escaped === LETTER_U) {
      const digits = text.slice(at + 1, at + 5);
      const control = Number.parseInt(digits, 16);
      if (control >= 0x20 || SHORT_ESCAPES.has(control) || digits !== digits.toLowerCase()) return -1;
      at += 4;
    } else if (escaped === SLASH) return -1;
  }
}

const SLASH = 0x2f;

function readKey(text: string, start: number, end: number): string {
  const written = text.slice(start + 1, end - 1);
  return written.includes('\\') ? String(JSON.parse(text.slice(start, end))) : written;
}

/** Where the number or keyword at `start` ends; -1 if it is white space, or a number written otherwise than it must be. */
function endOfScalar(text: string, start: number, code: number): number {
  if (code >= LETTER_A) {
    KEYWORD.lastIndex = start;
    return KEYWORD.test(text) ? KEYWORD.lastIndex : -1;
  }
  NUMBER.lastIndex = start;
  NUMBER.test(text);
  const written = text.slice(start, NUMBER.lastIndex);
  return String(Number(written)) === written ? NUMBER.lastIndex : -1;
}
