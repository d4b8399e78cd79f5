/**
 * Noise that varies smoothly over the plane: random values on a square lattice, mixed by smoothstep between.
 * @param seed 32 bits
 * @param step distance of the lattice's points, pixels
 * @returns a value in [-1, 1] for any place
 */
export function smoothNoise(seed: number, step: number): (x: number, y: number) => number {
  return (x, y) => {
    const [column, row] = [Math.floor(x / step), Math.floor(y / step)];
    const [shareX, shareY] = [smoothstep(x / step - column), smoothstep(y / step - row)];
    const upper =
      latticeValue(seed, column, row) * (1 - shareX) + latticeValue(seed, column + 1, row) * shareX;
    const lower =
      latticeValue(seed, column, row + 1) * (1 - shareX) + latticeValue(seed, column + 1, row + 1) * shareX;
    return upper * (1 - shareY) + lower * shareY;
  };
}

function smoothstep(share: number): number {
  return share * share * (3 - 2 * share);
}

/** Mixes the bits of seed and place (the finaliser of MurmurHash3). */
function latticeValue(seed: number, column: number, row: number): number {
  let bits = (seed ^ Math.imul(column, 0x27d4eb2d) ^ Math.imul(row, 0x165667b1)) >>> 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 31 - 1;
}
