/** Luma (ITU-R BT.601) of rows of sRGB pixels, 0 to 255. */
export function lumaOf({ width, height, pixels }) {
  const values = Float32Array.from({ length: width * height }, (_, i) => {
    return 0.299 * pixels[3 * i] + 0.587 * pixels[3 * i + 1] + 0.114 * pixels[3 * i + 2];
  });
  return { width, height, values };
}

/** A plane at its size, half of it, a quarter and an eighth. */
export function halvings(plane) {
  const planes = [plane];
  for (let i = 0; i < 3; i++) planes.push(halve(planes[i]));
  return planes;
}

function halve({ width, height, values }) {
  const [across, down] = [Math.max(1, width >> 1), Math.max(1, height >> 1)];
  const half = new Float32Array(across * down);
  for (let y = 0; y < down; y++)
    for (let x = 0; x < across; x++) {
      const at = 2 * y * width + 2 * x;
      half[y * across + x] = (values[at] + values[at + 1] + values[at + width] + values[at + width + 1]) / 4;
    }
  return { width: across, height: down, values: half };
}

/** Between the four samples around; the edge's values go on outside. */
export function sampleAt({ width, height, values }, x, y) {
  const atX = Math.max(0, Math.min(width - 1.001, x));
  const atY = Math.max(0, Math.min(height - 1.001, y));
  const [left, top] = [Math.floor(atX), Math.floor(atY)];
  const [shareX, shareY] = [atX - left, atY - top];
  const at = top * width + left;
  const upper = values[at] * (1 - shareX) + values[at + 1] * shareX;
  const lower = values[at + width] * (1 - shareX) + values[at + width + 1] * shareX;
  return upper * (1 - shareY) + lower * shareY;
}

/** Standard deviation. */
export function deviationOf(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

/** Strength of the gradient, by central differences; 0 along the edge. */
export function gradientStrength({ width, height, values }) {
  const strength = new Float32Array(width * height);
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      strength[at] = Math.hypot(values[at + 1] - values[at - 1], values[at + width] - values[at - width]);
    }
  return { width, height, values: strength };
}
