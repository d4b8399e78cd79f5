import sharp from 'sharp';

/** Pixels of the frame to a sample of the layout: colours are known at some hundreds of places only. */
const STEP = 4;
/** How fast a place's say fades with distance. */
const FADING = 1.5;

/**
 * A picture of the frame's size in which every pixel has the mean colour of the places around, the nearest counting most
 * (Shepard: A two-dimensional interpolation function for irregularly-spaced data, 1968).
 * @param places of placesOf
 * @returns rows of `width` pixels, three values of 0 to 255 each
 */
export async function layOutColours(places, { width, height }) {
  const across = Math.ceil(width / STEP);
  const down = Math.ceil(height / STEP);
  const layout = new Uint8Array(across * down * 3).fill(128);
  for (let row = 0; places.length > 0 && row < down; row++) {
    for (let column = 0; column < across; column++) {
      const [x, y] = [(column + 0.5) * STEP, (row + 0.5) * STEP];
      let [red, green, blue, total] = [0, 0, 0, 0];
      for (const { x: placeX, y: placeY, size, colour } of places) {
        const weight = ((x - placeX) ** 2 + (y - placeY) ** 2 + size * size) ** -FADING;
        red += weight * colour[0];
        green += weight * colour[1];
        blue += weight * colour[2];
        total += weight;
      }
      layout.set([red / total, green / total, blue / total], (row * across + column) * 3);
    }
  }
  const smooth = await sharp(layout, { raw: { width: across, height: down, channels: 3 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer();
  return Float32Array.from(smooth);
}
