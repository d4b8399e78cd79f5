import { BLUR_KERNEL_CODE } from './blur-kernel-code.js';
import type { Plane } from './plane.js';

type Filter = (
  source: number,
  stride: number,
  step: number,
  target: number,
  width: number,
  height: number,
  weights: number,
  radius: number,
) => number;

const PAGE = 65_536;
const VALUE = Float32Array.BYTES_PER_ELEMENT;
/** Values that the kernel may read and write behind the last. */
const OVERRUN = 8;
/** Most pixels to each side. */
const MAX_RADIUS = 255;
const FIRST = (MAX_RADIUS + 1) * VALUE;

const memory = new WebAssembly.Memory({ initial: 1 });
const filter = instantiate();

function instantiate(): Filter {
  const code = new WebAssembly.Module(Buffer.from(BLUR_KERNEL_CODE, 'base64'));
  const { filter: exported } = new WebAssembly.Instance(code, { planes: { memory } }).exports;
  if (!exported) throw new Error('the blur kernel lacks its function: assemble blur-kernel.wat again');
  return exported;
}

/**
 * Blurred by a Gaussian; beyond the edge lies the edge's value. The same on every processor.
 * @param deviation pixels, above 0
 * @param reach of the Gaussian, deviations: what lies further counts nothing
 * @throws RangeError if it reaches further than MAX_RADIUS pixels
 */
export function blur({ width, height, values }: Plane, deviation: number, reach: number): Plane {
  const weights = gaussian(deviation, reach);
  const radius = weights.length - 1;
  const stride = width + 2 * radius;
  const second = FIRST + (stride * height + OVERRUN) * VALUE;
  const floats = room(second + (width * (height + 2 * radius) + OVERRUN) * VALUE);
  floats.set(weights);
  for (let y = 0; y < height; y++) {
    const line = FIRST / VALUE + y * stride;
    const row = y * width;
    floats.fill(values[row]!, line, line + radius);
    floats.set(values.subarray(row, row + width), line + radius);
    floats.fill(values[row + width - 1]!, line + radius + width, line + stride);
  }
  const margin = radius * width;
  const top = second / VALUE + margin;
  filter(FIRST + radius * VALUE, stride * VALUE, VALUE, top * VALUE, width, height, 0, radius);
  const bottom = top + (height - 1) * width;
  for (let line = width; line <= margin; line += width) {
    floats.copyWithin(top - line, top, top + width);
    floats.copyWithin(bottom + line, bottom, bottom + width);
  }
  filter(top * VALUE, width * VALUE, width * VALUE, FIRST, width, height, 0, radius);
  return { width, height, values: floats.slice(FIRST / VALUE, FIRST / VALUE + width * height) };
}

/** Half of a Gaussian, from its middle; all of it sums to 1. */
function gaussian(deviation: number, reach: number): Float32Array {
  const radius = Math.max(1, Math.ceil(reach * deviation));
  if (!(radius <= MAX_RADIUS)) throw new RangeError(`a blur of ${deviation} pixels reaches too far`);
  const half = Float32Array.from({ length: radius + 1 }, (_, k) => Math.exp(-(k * k) / (2 * deviation ** 2)));
  const total = half.reduce((sum, weight, k) => sum + (k === 0 ? weight : 2 * weight), 0);
  return half.map((weight) => weight / total);
}

/** The kernel's memory, at least so many bytes of it. */
function room(bytes: number): Float32Array {
  const missing = Math.ceil((bytes - memory.buffer.byteLength) / PAGE);
  if (missing > 0) memory.grow(missing);
  return new Float32Array(memory.buffer);
}
