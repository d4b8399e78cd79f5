/** x to the right, y down, as in SVG. */
export type Point = readonly [number, number];

/** One painted outline of a motif or field: filled, or stroked if `line` is given. */
export interface Part {
  /** SVG path data. */
  readonly d: string;
  /** Which of the motif's tones paints it; taken modulo their number. */
  readonly tone: number;
  /** Stroke width in the drawing's own units. */
  readonly line?: number;
  /** 0 to 1; 1 if absent. */
  readonly opacity?: number;
  /** Drawn without smoothed edges, so that neighbouring periods meet without a seam. */
  readonly crisp?: true;
}

const round = (value: number): string => String(Math.round(value * 1000) / 1000);

/** Closed or open polyline. */
export function polyline(points: readonly Point[], closed = true): string {
  const body = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${round(x)} ${round(y)}`).join('');
  return closed ? `${body}Z` : body;
}

/** Catmull-Rom curve through the points. */
export function smooth(points: readonly Point[], closed = true): string {
  const count = points.length;
  const at = (i: number): Point =>
    (closed ? points[(i + count) % count] : points[Math.min(Math.max(i, 0), count - 1)]) ?? [0, 0];
  const [startX, startY] = at(0);
  let d = `M${round(startX)} ${round(startY)}`;
  for (let i = 0; i < (closed ? count : count - 1); i++) {
    const [p, q, r, s] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
    const control = [
      q[0] + (r[0] - p[0]) / 6,
      q[1] + (r[1] - p[1]) / 6,
      r[0] - (s[0] - q[0]) / 6,
      r[1] - (s[1] - q[1]) / 6,
      r[0],
      r[1],
    ].map(round);
    d += `C${control.join(' ')}`;
  }
  return closed ? `${d}Z` : d;
}

export function circle(x: number, y: number, radius: number): string {
  return ellipse(x, y, radius, radius);
}

/** @param turn radians, clockwise */
export function ellipse(x: number, y: number, rx: number, ry: number, turn = 0): string {
  const [dx, dy] = [rx * Math.cos(turn), rx * Math.sin(turn)];
  const arc = `A${round(rx)} ${round(ry)} ${round((turn * 180) / Math.PI)} 1 0`;
  return `M${round(x - dx)} ${round(y - dy)}${arc} ${round(x + dx)} ${round(y + dy)}${arc} ${round(x - dx)} ${round(y - dy)}Z`;
}

/** Axis-parallel rectangle. */
export function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${round(x)} ${round(y)}h${round(width)}v${round(height)}h${round(-width)}Z`;
}

/** The point at `radius` in the direction `angle` (radians, clockwise from straight up). */
export function polar(angle: number, radius: number, centre: Point = [0, 0]): Point {
  return [centre[0] + Math.sin(angle) * radius, centre[1] - Math.cos(angle) * radius];
}

/** Points moved: scaled, turned clockwise by radians, then shifted. */
export function place(points: readonly Point[], turn: number, shift: Point = [0, 0], scale = 1): Point[] {
  const [c, s] = [Math.cos(turn) * scale, Math.sin(turn) * scale];
  return points.map(([x, y]) => [x * c - y * s + shift[0], x * s + y * c + shift[1]]);
}

/** `count` angles evenly round the circle. */
export function around(count: number, start = 0): number[] {
  return Array.from({ length: count }, (_, i) => start + (i * 2 * Math.PI) / count);
}

/** Points along a spiral from the outside in. */
export function spiral(centre: Point, radius: number, turns: number, start: number, inner = 0.08): Point[] {
  const steps = Math.max(6, Math.ceil(Math.abs(turns) * 10));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const t = i / steps;
    return polar(start + turns * 2 * Math.PI * t, radius * (1 - (1 - inner) * t), centre);
  });
}

/** A line of varying width along the points: the closed outline of a brush or stem, widest where `width(t)` is. */
export function ribbon(points: readonly Point[], width: (t: number) => number): string {
  const last = points.length - 1;
  const left: Point[] = [];
  const right: Point[] = [];
  points.forEach(([x, y], i) => {
    const before = points[Math.max(i - 1, 0)] ?? [x, y];
    const after = points[Math.min(i + 1, last)] ?? [x, y];
    const length = Math.hypot(after[0] - before[0], after[1] - before[1]) || 1;
    const half = width(i / last) / 2;
    const [nx, ny] = [(-(after[1] - before[1]) / length) * half, ((after[0] - before[0]) / length) * half];
    left.push([x + nx, y + ny]);
    right.unshift([x - nx, y - ny]);
  });
  return smooth([...left, ...right]);
}
