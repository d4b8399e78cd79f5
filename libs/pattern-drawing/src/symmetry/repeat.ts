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

/** Index (row by row) of the cell's pixel that shows at (x, y) of the cloth; all whole numbers. */
export function cellPixel(repeat: Repeat, x: number, y: number, width: number, height: number): number {
  switch (repeat.kind) {
    case 'block':
      return wrap(y, height) * width + wrap(x, width);
    case 'brick': {
      const shifted = x - Math.round(Math.floor(y / height) * repeat.share * width);
      return wrap(y, height) * width + wrap(shifted, width);
    }
    case 'drop': {
      const dropped = y - Math.round(Math.floor(x / width) * repeat.share * height);
      return wrap(dropped, height) * width + wrap(x, width);
    }
    case 'mirror': {
      const column = wrap(x, 2 * width);
      const row = wrap(y, 2 * height);
      const [fromX, fromY] = [
        column < width ? column : 2 * width - 1 - column,
        row < height ? row : 2 * height - 1 - row,
      ];
      return fromY * width + fromX;
    }
  }
}

function wrap(value: number, size: number): number {
  return ((value % size) + size) % size;
}
