/** What has no look of its own, or changes how others look: controls, directions, joiners, private use, what is not assigned. */
const UNSEEN = /^[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]$/u;
const SPACE = /^[\p{Zs}\t\n]$/u;

/**
 * A text of which every character is seen: what is invisible, or stands in no font, is written as its code point ("[U+202E]"), so that
 * nothing is dropped, turned around or shown as an empty box. Tabs, line ends and other spaces become a space.
 * @param drawn whether some font draws this character
 */
export function printable(text: string, drawn: (codePoint: number) => boolean): string {
  let seen = '';
  for (const character of text) {
    const codePoint = character.codePointAt(0) ?? 0;
    if (SPACE.test(character)) seen += ' ';
    else if (UNSEEN.test(character) || !drawn(codePoint)) seen += codePointName(codePoint);
    else seen += character;
  }
  return seen;
}

function codePointName(codePoint: number): string {
  return `[U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}]`;
}
