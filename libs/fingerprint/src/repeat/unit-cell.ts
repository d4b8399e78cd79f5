import { CELL_SIDE } from '#libs/registry';
import { cross, type Lattice, latticePoint, type Vector } from './lattice.js';
import type { Plane } from '../plane.js';

/** Most repeats that are averaged; of more, evenly chosen ones. */
const MOST_REPEATS = 96;

/** CELL_SIDE x CELL_SIDE means over the repeats in the plane; repeats may be cut by its edge. */
export function averageCell(plane: Plane, lattice: Lattice): Float32Array {
  const sums = new Float32Array(CELL_SIDE * CELL_SIDE);
  const counts = new Uint16Array(CELL_SIDE * CELL_SIDE);
  for (const corner of corners(plane, lattice)) {
    for (let v = 0; v < CELL_SIDE; v++)
      for (let u = 0; u < CELL_SIDE; u++) {
        const [dx, dy] = latticePoint(lattice, u / CELL_SIDE, v / CELL_SIDE);
        const x = corner[0] + dx;
        const y = corner[1] + dy;
        if (x < 0 || y < 0 || x > plane.width - 1 || y > plane.height - 1) continue;
        const i = v * CELL_SIDE + u;
        sums[i] = (sums[i] ?? 0) + sample(plane, x, y);
        counts[i] = (counts[i] ?? 0) + 1;
      }
  }
  return sums.map((sum, i) => sum / Math.max(1, counts[i] ?? 0));
}

/** Lattice points whose repeats show in the plane. */
function corners({ width, height }: Plane, lattice: Lattice): Vector[] {
  const { a, b } = lattice;
  const area = cross(a, b);
  const ends: Vector[] = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ];
  const across = ends.map((end) => cross(end, b) / area);
  const down = ends.map((end) => cross(a, end) / area);
  const points: Vector[] = [];
  for (let i = Math.floor(Math.min(...across)) - 1; i <= Math.max(...across); i++)
    for (let j = Math.floor(Math.min(...down)) - 1; j <= Math.max(...down); j++) {
      const corner = latticePoint(lattice, i, j);
      const middle = latticePoint(lattice, i + 0.5, j + 0.5);
      const reachX = (Math.abs(a[0]) + Math.abs(b[0])) / 2;
      const reachY = (Math.abs(a[1]) + Math.abs(b[1])) / 2;
      if (middle[0] < -reachX || middle[0] > width + reachX) continue;
      if (middle[1] < -reachY || middle[1] > height + reachY) continue;
      points.push(corner);
    }
  const kept = Math.min(points.length, MOST_REPEATS);
  return Array.from({ length: kept }, (_, n) => points[Math.floor((n * points.length) / kept)] ?? [0, 0]);
}

function sample({ width, height, values }: Plane, x: number, y: number): number {
  const left = Math.min(Math.floor(x), width - 2);
  const top = Math.min(Math.floor(y), height - 2);
  const i = top * width + left;
  const right = x - left;
  const down = y - top;
  const above = (values[i] ?? 0) * (1 - right) + (values[i + 1] ?? 0) * right;
  const below = (values[i + width] ?? 0) * (1 - right) + (values[i + width + 1] ?? 0) * right;
  return above * (1 - down) + below * down;
}
