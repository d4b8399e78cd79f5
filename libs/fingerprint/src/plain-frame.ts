import { medianColour, sideOf, SIDES, type Colour, type Side, type SideName } from './raster-side.js';
import { type Raster, type Rectangle } from './raster.js';

/** How far a colour may lie from its frame's in any channel, 8-bit levels: the first bridges shadows, the last finds pale edges. */
const TOLERANCES = [44, 22, 11] as const;
/** Frames one in another: a mat, its line and the next mat are three. */
const MOST_FRAMES = 6;
/** Widest border on one side, as a share of the picture. */
const WIDEST = 0.48;
/** Least side of what can still have a border, pixels. */
const LEAST_DEPTH = 24;
/** Narrowest border on one side, as a share of the picture, where all four sides have one and where only two do. */
const NARROWEST_ALL = 0.003;
const NARROWEST_PAIR = 0.025;
/** Least share of the lines of sight from one side that meet the inner edge at the same depth. */
const STRAIGHT = 0.6;
/** Largest share that meets something before the edge, as noise and marks do; more is let pass on one side of four: a label. */
const EARLY = 0.06;
const MOST_EARLY = 0.3;
/** Largest share of a side's outermost pixels that are not border: lines that cross it are a check's. */
const MOST_CROSSING = 0.01;
/** Least share of a side that is more than border. */
const LEAST_INNER = 0.2;
/** How far the colours of one frame's sides may lie apart, 8-bit levels. */
const SAME_FRAME = 40;
/** Least share of an inner edge along which the colour changes: stripes parallel to a side are no frame. */
const LEAST_TEXTURE = 0.1;
const TEXTURE_LEVELS = 16;
/** Least share of a line in the border's colour for a line of a gap. */
const PLAIN = 0.95;
/** Least share of the edge that lies at its first pixel, and at its last. */
const END_OF_EDGE = 0.1;
/** Places of one line that are looked at for gaps and texture. */
const SAMPLES = 128;
/** Depth over which an inner edge may blur, pixels. */
const EDGE = 3;

/** One side's border within a rectangle. */
interface Border {
  readonly colour: Colour;
  /** Pixels from the side to the inner edge. */
  readonly depth: number;
  /** As a share of the rectangle. */
  readonly share: number;
  /** Whether it ends in a straight, sharp edge and is no gap of the pattern. */
  readonly edged: boolean;
  /** Whether the colour changes along its inner edge. */
  readonly textured: boolean;
}

/**
 * The raster without the plain frames around it, one after another: borders of one colour (JPEG noise and soft shadows
 * allowed) on all four sides or on two opposite ones, each with a straight inner edge. What only ends in motifs is the
 * pattern's own ground and stays, and so does what comes again inside, like the gaps of a check.
 * @returns the rectangle inside, or null if there is no frame
 */
export function insideFrames(raster: Raster, start: Rectangle): Rectangle | null {
  let inside = start;
  for (let frames = 0; frames < MOST_FRAMES; frames++) {
    const next = insideFrame(raster, inside);
    if (!next) break;
    inside = next;
  }
  return inside === start ? null : inside;
}

function insideFrame(raster: Raster, rectangle: Rectangle): Rectangle | null {
  for (const tolerance of TOLERANCES) {
    const borders = new Map<SideName, Border>();
    for (const side of SIDES) {
      const border = borderOf(sideOf(raster, rectangle, side), tolerance);
      if (border) borders.set(side, border);
    }
    const cut = sidesToCut(borders);
    if (cut.length === 0) continue;
    const depth = (side: SideName) => (cut.includes(side) ? (borders.get(side)?.depth ?? 0) : 0);
    return {
      left: rectangle.left + depth('left'),
      top: rectangle.top + depth('top'),
      width: rectangle.width - depth('left') - depth('right'),
      height: rectangle.height - depth('top') - depth('bottom'),
    };
  }
  return null;
}

function sidesToCut(borders: ReadonlyMap<SideName, Border>): readonly SideName[] {
  const all = SIDES.flatMap((side) => borders.get(side) ?? []);
  const edged = all.filter((border) => border.edged).length;
  // Blur leaves more of a thin line on one side than on another, so four good edges need no common colour.
  const frame =
    edged === SIDES.length || (edged === SIDES.length - 1 && all.length === SIDES.length && sameFrame(all));
  if (frame && all.every(({ share }) => share >= NARROWEST_ALL)) return SIDES;
  const pairs = [
    ['left', 'right'],
    ['top', 'bottom'],
  ] as const;
  return pairs.flatMap((pair) => {
    const two = pair.flatMap((side) => borders.get(side) ?? []);
    const opposite =
      two.length === 2 &&
      sameFrame(two) &&
      two.every(({ edged: sharp, textured, share }) => sharp && textured && share >= NARROWEST_PAIR);
    return opposite ? pair : [];
  });
}

function sameFrame(borders: readonly Border[]): boolean {
  return borders.every(({ colour }) => distance(colour, borders[0]?.colour ?? colour) <= SAME_FRAME);
}

/** The border of one side, or undefined if the side's outermost pixels are no border at all. */
function borderOf(side: Side, tolerance: number): Border | undefined {
  if (side.depth < LEAST_DEPTH) return undefined;
  const colour = medianColour(side, 0, 1);
  const limit = Math.floor(side.depth * WIDEST);
  const depths = firstDepths(side, colour, tolerance, limit);
  const meeting = depths.filter((depth) => depth < limit).length;
  if (meeting < side.length * LEAST_INNER) return undefined;
  const edge = commonDepth(depths, limit);
  const early = depths.filter((depth) => depth < edge.blurFrom).length;
  if (edge.from === 0 || early > meeting * MOST_EARLY) return undefined;
  // One pixel more: the edge is blurred.
  const depth = Math.min(edge.to + 1, limit);
  const inner = between(
    depths.findIndex((first) => first < limit),
    depths.findLastIndex((first) => first < limit),
  );
  return {
    colour,
    depth,
    share: depth / side.depth,
    edged:
      early <= meeting * EARLY &&
      depths.filter((first) => first < Math.min(2, edge.from)).length <= side.length * MOST_CROSSING &&
      edge.count >= meeting * STRAIGHT &&
      !comesAgain(side, inner, colour, tolerance, depth),
    textured: [1, 2, 3, 5, 8].some(
      (behind) => textureOf(side, inner, Math.min(depth + behind, side.depth - 1)) >= LEAST_TEXTURE,
    ),
  };
}

/** For each place along the side, how far in two pixels running differ from the border's colour; `limit` if none do before it. */
function firstDepths(side: Side, colour: Colour, tolerance: number, limit: number): number[] {
  return Array.from({ length: side.length }, (_, along) => {
    let run = 0;
    for (let depth = 0; depth < limit; depth++) {
      run = side.differs(along, depth, colour, tolerance) ? run + 1 : 0;
      if (run === 2) return depth - 1;
    }
    return limit;
  });
}

/** The depths, EDGE pixels from `blurFrom` on, at which most lines of sight end; from `from` to `to` it is many. */
function commonDepth(
  depths: readonly number[],
  limit: number,
): { blurFrom: number; from: number; to: number; count: number } {
  const histogram = new Uint32Array(limit + EDGE);
  for (const depth of depths) if (depth < limit) histogram[depth] = (histogram[depth] ?? 0) + 1;
  let best = { blurFrom: 0, from: 0, to: EDGE - 1, count: 0 };
  for (let from = 0; from < limit; from++) {
    const count = histogram.subarray(from, from + EDGE).reduce((sum, value) => sum + value, 0);
    if (count > best.count) best = { blurFrom: from, from, to: from + EDGE - 1, count };
  }
  while (best.to > best.from && (histogram[best.from] ?? 0) < best.count * END_OF_EDGE) best.from++;
  while (best.to > best.from && (histogram[best.to] ?? 0) < best.count * END_OF_EDGE) best.to--;
  return best;
}

/**
 * Whether a gap at least half as wide as the border, of its colour and as long as the side, lies further inside between
 * lines of the pattern. Plain lines of another colour are none: a mat has its line.
 */
function comesAgain(
  side: Side,
  inner: readonly number[],
  colour: Colour,
  tolerance: number,
  border: number,
): boolean {
  let run = 0;
  let widest = 0;
  let metPattern = false;
  for (let depth = border; depth < side.depth; depth++) {
    if (shareOf(inner, (along) => !side.differs(along, depth, colour, tolerance)) >= PLAIN) {
      widest = Math.max(widest, ++run);
      continue;
    }
    run = 0;
    if (metPattern && widest < border / 2) continue;
    if (textureOf(side, inner, depth) < LEAST_TEXTURE) continue;
    if (metPattern) return true;
    metPattern = true;
    widest = 0;
  }
  return false;
}

/** The share of a line that differs from the line's own colour. */
function textureOf(side: Side, inner: readonly number[], depth: number): number {
  const line = medianColour(side, depth, 1);
  return shareOf(inner, (along) => side.differs(along, depth, line, TEXTURE_LEVELS));
}

/** Places from the first to the last, at most about SAMPLES of them. */
function between(first: number, last: number): number[] {
  const step = Math.max(1, Math.floor((last - first + 1) / SAMPLES));
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
}

function shareOf(places: readonly number[], holds: (along: number) => boolean): number {
  return places.length === 0 ? 0 : places.filter(holds).length / places.length;
}

function distance(a: Colour, b: Colour): number {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));
}
