/** A character that a line may be broken before and after: Chinese, Japanese, Korean. */
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]$/u;
/** No line begins with one of these. */
const CLOSING = /^[，。、；：？！）》」』”’…%,.;:?!)\]}-]$/u;

/** Width of a text at the size that it will be drawn. */
export type Measure = (text: string) => number;

/**
 * Breaks a text into lines no wider than `width`: at spaces and between Chinese characters, and inside of a word that is wider than a
 * whole line. What does not fit into `most` lines is cut off, which the last line says.
 * @param most 1 and more
 */
export function breakLines(text: string, width: number, measure: Measure, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const piece of pieces(text, width, measure)) {
    if (measure(line + piece.trimEnd()) <= width || line === '') line += piece;
    else {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    }
  }
  if (line.trim() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines.length <= most ? lines : cut(lines, width, measure, most);
}

function cut(lines: readonly string[], width: number, measure: Measure, most: number): string[] {
  const last = [...(lines[most - 1] ?? '')];
  while (last.length > 0 && measure(`${last.join('')} …`) > width) last.pop();
  return [...lines.slice(0, most - 1), `${last.join('')} …`];
}

/** Words with the space behind them, Chinese characters with the closing signs behind them; parts of a word that fits into no line. */
function pieces(text: string, width: number, measure: Measure): string[] {
  const found: string[] = [];
  let word = '';
  const end = (): void => {
    if (word !== '') found.push(...(measure(word.trimEnd()) <= width ? [word] : [...word]));
    word = '';
  };
  for (const character of text) {
    if (WIDE.test(character) && !CLOSING.test(character)) {
      end();
      word = character;
    } else if (CLOSING.test(character) || character === ' ') word += character;
    else {
      if (word.endsWith(' ') || WIDE.test(lastOf(word))) end();
      word += character;
    }
  }
  end();
  return found;
}

function lastOf(text: string): string {
  return [...text].at(-1) ?? '';
}
