import type { SetText, Sheet, TextStyle } from './sheet.js';

/** A column: its heading and its share of the width. */
export interface Column {
  readonly heading: string;
  readonly share: number;
}

const PADDING = 3.5;
const SIZE = 8;
/** Lines of a cell; the whole text stands in the report's JSON. */
const MOST_LINES = 6;

/** A table at the cursor; rows stay whole, and each page begins with the headings. */
export function drawTable(
  sheet: Sheet,
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: TextStyle = {},
): void {
  const shares = columns.reduce((sum, { share }) => sum + share, 0);
  const widths = columns.map(({ share }) => (sheet.width * share) / shares);
  const set = (cells: readonly string[], weight: 'regular' | 'bold'): SetText[] =>
    cells.map((cell, place) =>
      sheet.set(cell, (widths[place] ?? 0) - 2 * PADDING, { size: SIZE, most: MOST_LINES, ...style, weight }),
    );
  const head = set(
    columns.map(({ heading }) => heading),
    'bold',
  );
  const heightOf = (cells: readonly SetText[]): number =>
    Math.max(...cells.map(({ height }) => height)) + 2 * PADDING;
  const draw = (cells: readonly SetText[], fill: string | null): void => {
    const height = heightOf(cells);
    if (fill !== null) sheet.doc.rect(sheet.left, sheet.y, sheet.width, height).fill(fill);
    let x = sheet.left;
    for (const [place, cell] of cells.entries()) {
      sheet.draw(cell, x + PADDING, sheet.y + PADDING);
      x += widths[place] ?? 0;
    }
    sheet.y += height;
    sheet.rule();
  };
  const cells = rows.map((row) => set(row, 'regular'));
  sheet.room(heightOf(head) + heightOf(cells[0] ?? head));
  sheet.rule();
  draw(head, '#eef2f5');
  for (const row of cells) {
    const before = sheet.y;
    sheet.room(heightOf(row));
    if (sheet.y < before) draw(head, '#eef2f5');
    draw(row, null);
  }
  sheet.y += 6;
}

/** Names and values in two columns. */
export function drawFields(sheet: Sheet, fields: readonly (readonly [name: string, value: string])[]): void {
  const nameWidth = 112;
  for (const [name, value] of fields) {
    const named = sheet.set(name, nameWidth - 6, { size: 9, colour: '#555555' });
    const told = sheet.set(value, sheet.width - nameWidth, { size: 9, most: 40 });
    sheet.room(Math.max(named.height, told.height));
    sheet.draw(named, sheet.left, sheet.y);
    sheet.draw(told, sheet.left + nameWidth, sheet.y);
    sheet.y += Math.max(named.height, told.height) + 2;
  }
  sheet.y += 3;
}
