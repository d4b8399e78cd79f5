import { type Affine } from './affine.js';

/**
 * How a mill sets one cell beside the next: straight (block), every row shifted sideways by a share of the width
 * (brick), every column dropped by a share of the height (drop; one half is the half-drop), or turned over at every seam.
 */
export type Repeat =
  | { readonly kind: 'block' }
  | { readonly kind: 'brick'; readonly share: number }
  | { readonly kind: 'drop'; readonly share: number }
  | { readonly kind: 'mirror' };

/** Takes the cell's content to its place in column `column` and row `row`; (0, 0) is the cell itself. */
export function cellTransform(
  repeat: Repeat,
  column: number,
  row: number,
  width: number,
  height: number,
): Affine {
  switch (repeat.kind) {
    case 'block':
      return [1, 0, 0, 1, column * width, row * height];
    case 'brick':
      return [1, 0, 0, 1, (column + row * repeat.share) * width, row * height];
    case 'drop':
      return [1, 0, 0, 1, column * width, (row + column * repeat.share) * height];
    case 'mirror': {
      const overX = column % 2 !== 0;
      const overY = row % 2 !== 0;
      return [
        overX ? -1 : 1,
        0,
        0,
        overY ? -1 : 1,
        (overX ? column + 1 : column) * width,
        (overY ? row + 1 : row) * height,
      ];
    }
  }
}

/** Index (row by row) of the cell's pixel that shows at (x, y) of the cloth. */
export type CellPixel = (x: number, y: number) => number;

/**
 * Looks up the cell's pixels for a piece of cloth. All lengths are whole pixels.
 * @param cell its width and height
 * @param cloth its width and height; (x, y) may lie outside by up to `margin`
 */
export function cellPixels(
  repeat: Repeat,
  cell: { readonly width: number; readonly height: number },
  cloth: { readonly width: number; readonly height: number },
  margin: number,
): CellPixel {
  const { width, height } = cell;
  const mirrored = repeat.kind === 'mirror';
  // a row's shift and a column's drop are in [0, size), so the folding tables begin one cell further out
  const shifts = steps(
    cloth.height,
    margin,
    height,
    repeat.kind === 'brick' ? repeat.share * width : 0,
    width,
  );
  const drops = steps(cloth.width, margin, width, repeat.kind === 'drop' ? repeat.share * height : 0, height);
  const columns = folds(cloth.width + 2 * margin + width, margin + width, width, mirrored);
  const rows = folds(cloth.height + 2 * margin + height, margin + height, height, mirrored);
  return (x, y) => {
    const column = columns[x + margin + width - (shifts[y + margin] ?? 0)] ?? 0;
    const row = rows[y + margin + height - (drops[x + margin] ?? 0)] ?? 0;
    return row * width + column;
  };
}

/** For every position from -margin on: by how much its cell is set off, in [0, modulus). */
function steps(length: number, margin: number, size: number, offset: number, modulus: number): Int32Array {
  return Int32Array.from({ length: length + 2 * margin }, (_, i) =>
    wrap(Math.round(Math.floor((i - margin) / size) * offset), modulus),
  );
}

/** For every position from -start on: the pixel of the cell there. */
function folds(length: number, start: number, size: number, mirrored: boolean): Int32Array {
  return Int32Array.from({ length }, (_, i) => {
    if (!mirrored) return wrap(i - start, size);
    const at = wrap(i - start, 2 * size);
    return at < size ? at : 2 * size - 1 - at;
  });
}

function wrap(value: number, size: number): number {
  return ((value % size) + size) % size;
}
