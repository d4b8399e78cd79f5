/** Samples along each vector of a repeat unit. */
const CELL_SIDE = 48;

/**
 * The repeat unit laid out over its lattice: strength of the gradient, 0 to 255, at each pixel of the frame.
 * @param repeat of a fingerprint
 */
export function layOutRepeat({ a, b, cell }, { width, height }) {
  const area = a[0] * b[1] - a[1] * b[0];
  const values = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const u = ((x * b[1] - y * b[0]) / area) * CELL_SIDE;
      const v = ((a[0] * y - a[1] * x) / area) * CELL_SIDE;
      values[y * width + x] = sampleAround(cell, u, v);
    }
  return { width, height, values };
}

/** Between the four samples around; beyond the last comes the first. */
function sampleAround(cell, u, v) {
  const [left, top] = [Math.floor(u), Math.floor(v)];
  const [shareU, shareV] = [u - left, v - top];
  const at = (column, row) => cell[around(row) * CELL_SIDE + around(column)];
  const upper = at(left, top) * (1 - shareU) + at(left + 1, top) * shareU;
  const lower = at(left, top + 1) * (1 - shareU) + at(left + 1, top + 1) * shareU;
  return upper * (1 - shareV) + lower * shareV;
}

function around(index) {
  return ((index % CELL_SIDE) + CELL_SIDE) % CELL_SIDE;
}
