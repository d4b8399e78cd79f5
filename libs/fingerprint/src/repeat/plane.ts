import type { Plane } from '../plane.js';

/** Magnitude of the gradient by central differences; a pixel at an edge has its inner neighbour's. */
export function gradientMagnitude({ width, height, values }: Plane): Plane {
  const magnitude = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.min(Math.max(y, 1), height - 2) * width;
    for (let x = 0; x < width; x++) {
      const i = row + Math.min(Math.max(x, 1), width - 2);
      const dx = (values[i + 1] ?? 0) - (values[i - 1] ?? 0);
      const dy = (values[i + width] ?? 0) - (values[i - width] ?? 0);
      magnitude[y * width + x] = Math.sqrt(dx * dx + dy * dy) / 2;
    }
  }
  return { width, height, values: magnitude };
}

/** Means of 2 x 2 pixels; an odd last row or column is left out. */
export function halve({ width, height, values }: Plane): Plane {
  const w = width >> 1;
  const h = height >> 1;
  const means = new Float32Array(w * h);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const i = 2 * y * width + 2 * x;
      means[y * w + x] =
        ((values[i] ?? 0) + (values[i + 1] ?? 0) + (values[i + width] ?? 0) + (values[i + width + 1] ?? 0)) /
        4;
    }
  }
  return { width: w, height: h, values: means };
}

/** Less the mean of the square of 2 `reach` + 1 pixels around it, as much of it as lies inside. */
export function lessSurroundings(plane: Plane, reach: number): Plane {
  const { width, height, values } = plane;
  const sums = sumTable(plane);
  const w = width + 1;
  const rest = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - reach);
    const bottom = Math.min(height, y + reach + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - reach);
      const right = Math.min(width, x + reach + 1);
      const sum =
        (sums[bottom * w + right] ?? 0) -
        (sums[top * w + right] ?? 0) -
        (sums[bottom * w + left] ?? 0) +
        (sums[top * w + left] ?? 0);
      rest[y * width + x] = (values[y * width + x] ?? 0) - sum / ((bottom - top) * (right - left));
    }
  }
  return { width, height, values: rest };
}

/** (height + 1) x (width + 1) sums: of all values above and left of each corner of a pixel. */
export function sumTable({ width, height, values }: Plane, squared = false): Float64Array {
  const w = width + 1;
  const sums = new Float64Array(w * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      const value = values[y * width + x] ?? 0;
      row += squared ? value * value : value;
      sums[(y + 1) * w + x + 1] = (sums[y * w + x + 1] ?? 0) + row;
    }
  }
  return sums;
}
