import { DESCRIPTOR_LENGTH, FRAME, MAX_FEATURES, type LocalFeatures } from '#libs/registry';
import { refusal } from './format-refusal.js';

const HEADER_BYTES = 6;
const CHANNELS = 3;
const COLOUR_AT = 6 + DESCRIPTOR_LENGTH / 2;
const PLACE_BYTES = COLOUR_AT + CHANNELS;
const STEPS_PER_PIXEL = 64;
const LEAST_SCALE = 0.25;
const SCALE_STEPS_PER_OCTAVE = 28;
/** Of each code. */
const SCALES = Float64Array.from(
  { length: 256 },
  (_, code) => LEAST_SCALE * 2 ** (code / SCALE_STEPS_PER_OCTAVE),
);
const MOST_SCALE = SCALES[255] ?? LEAST_SCALE;
const ANGLE_STEPS = 256;
const MOST_LEVEL = 15;

/**
 * The byte form of local features: width, height and count of the frame (2 bytes each), then for each place x and y in
 * 1/64 pixel (2 bytes each), scale as 28 log2(scale / 0.25) (1 byte: 0.25 to 138 pixels, to 1.3%), angle in pi/256 (1 byte),
 * the descriptor, two values a byte, the first in the lower four bits, and the colour (3 bytes). At most 12,306 bytes.
 * @throws RegistryError INVALID_INPUT (field "fingerprint") for what has no such form
 */
export function writeFeatures(features: LocalFeatures): Buffer {
  assertShape(features);
  const { width, height, count, x, y, scale, angle, descriptors, colours } = features;
  const part = Buffer.alloc(HEADER_BYTES + count * PLACE_BYTES);
  part.writeUInt16LE(width, 0);
  part.writeUInt16LE(height, 2);
  part.writeUInt16LE(count, 4);
  for (let place = 0; place < count; place += 1) {
    const at = HEADER_BYTES + place * PLACE_BYTES;
    part.writeUInt16LE(stepsOf(x[place] ?? NaN, width, place), at);
    part.writeUInt16LE(stepsOf(y[place] ?? NaN, height, place), at + 2);
    part.writeUInt8(scaleCode(scale[place] ?? NaN, place), at + 4);
    part.writeUInt8(angleCode(angle[place] ?? NaN, place), at + 5);
    for (let i = 0; i < DESCRIPTOR_LENGTH; i += 2) {
      const from = place * DESCRIPTOR_LENGTH + i;
      const pair = level(descriptors[from], place) | (level(descriptors[from + 1], place) << 4);
      part.writeUInt8(pair, at + 6 + i / 2);
    }
    part.set(colours.subarray(place * CHANNELS, (place + 1) * CHANNELS), at + COLOUR_AT);
  }
  return part;
}

/**
 * Reads what `writeFeatures` wrote.
 * @throws RegistryError INVALID_INPUT (field "fingerprint") for anything else
 */
export function readFeatures(part: Buffer): LocalFeatures {
  if (part.length < HEADER_BYTES) throw refusal('its local features are truncated');
  const [width, height, count] = [part.readUInt16LE(0), part.readUInt16LE(2), part.readUInt16LE(4)];
  assertFrame(width, height);
  assertCount(count);
  if (part.length !== HEADER_BYTES + count * PLACE_BYTES) {
    throw refusal(
      `its ${count} local features have ${part.length} bytes, not ${HEADER_BYTES + count * PLACE_BYTES}`,
    );
  }
  const x = new Float32Array(count);
  const y = new Float32Array(count);
  const scale = new Float32Array(count);
  const angle = new Float32Array(count);
  const descriptors = new Uint8Array(count * DESCRIPTOR_LENGTH);
  const colours = new Uint8Array(count * CHANNELS);
  for (let place = 0; place < count; place += 1) {
    const at = HEADER_BYTES + place * PLACE_BYTES;
    x[place] = within(part.readUInt16LE(at) / STEPS_PER_PIXEL, width, place);
    y[place] = within(part.readUInt16LE(at + 2) / STEPS_PER_PIXEL, height, place);
    scale[place] = SCALES[part[at + 4] ?? 0] ?? LEAST_SCALE;
    angle[place] = ((part[at + 5] ?? 0) * Math.PI) / ANGLE_STEPS;
    for (let i = 0; i < DESCRIPTOR_LENGTH; i += 2) {
      const pair = part[at + 6 + i / 2] ?? 0;
      descriptors[place * DESCRIPTOR_LENGTH + i] = pair & MOST_LEVEL;
      descriptors[place * DESCRIPTOR_LENGTH + i + 1] = pair >> 4;
    }
    for (let i = 0; i < CHANNELS; i += 1) colours[place * CHANNELS + i] = part[at + COLOUR_AT + i] ?? 0;
  }
  return { width, height, count, x, y, scale, angle, descriptors, colours };
}

function assertShape({
  width,
  height,
  count,
  x,
  y,
  scale,
  angle,
  descriptors,
  colours,
}: LocalFeatures): void {
  assertFrame(width, height);
  assertCount(count);
  for (const [name, values] of Object.entries({ x, y, scale, angle })) {
    if (values.length !== count) {
      throw refusal(`its local features have ${values.length} values of ${name}, not ${count}`);
    }
  }
  if (descriptors.length !== count * DESCRIPTOR_LENGTH) {
    throw refusal(
      `its descriptors have ${descriptors.length} values, not ${count} times ${DESCRIPTOR_LENGTH}`,
    );
  }
  if (colours.length !== count * CHANNELS) {
    throw refusal(`its colours have ${colours.length} values, not ${count} times ${CHANNELS}`);
  }
}

function assertFrame(width: number, height: number): void {
  for (const [name, side] of Object.entries({ width, height })) {
    if (!Number.isInteger(side) || side < 1 || side > FRAME) {
      throw refusal(`its frame's ${name} is ${side}, not a whole number of 1 to ${FRAME}`);
    }
  }
}

function assertCount(count: number): void {
  if (!Number.isInteger(count) || count < 0 || count > MAX_FEATURES) {
    throw refusal(`it has ${count} local features, at most ${MAX_FEATURES} are taken`);
  }
}

function stepsOf(pixels: number, side: number, place: number): number {
  return Math.round(within(pixels, side, place) * STEPS_PER_PIXEL);
}

function within(pixels: number, side: number, place: number): number {
  if (pixels >= 0 && pixels <= side) return pixels;
  throw refusal(`its local feature ${place} lies at ${pixels}, outside the frame's 0 to ${side}`);
}

function scaleCode(scale: number, place: number): number {
  const code = Math.round(SCALE_STEPS_PER_OCTAVE * Math.log2(scale / LEAST_SCALE));
  if (code >= 0 && code <= 255) return code;
  throw refusal(
    `its local feature ${place} has scale ${scale}, not ${LEAST_SCALE} to ${MOST_SCALE.toFixed(0)} pixels`,
  );
}

/** The f32 nearest to pi lies above it: an angle just below pi may be stored as that. */
function angleCode(angle: number, place: number): number {
  if (angle >= 0 && angle <= Math.fround(Math.PI)) {
    return Math.round((angle / Math.PI) * ANGLE_STEPS) % ANGLE_STEPS;
  }
  throw refusal(`its local feature ${place} has angle ${angle}, not 0 to pi`);
}

function level(value: number | undefined, place: number): number {
  if (value !== undefined && value <= MOST_LEVEL) return value;
  throw refusal(`its descriptor ${place} has the value ${value}, at most ${MOST_LEVEL} is taken`);
}
