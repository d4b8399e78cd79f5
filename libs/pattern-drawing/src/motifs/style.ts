import { type Part } from '../geometry/path.js';

export const MOTIF_STYLES = ['flat', 'outlined', 'line', 'shifted', 'silhouette', 'haloed'] as const;

/**
 * How a motif's shapes are put on cloth: plain areas; areas with a contour; contours alone over the ground's colour;
 * contours out of register with their areas; one tone for all; areas in a wide pale edge.
 */
export type MotifStyle = (typeof MOTIF_STYLES)[number];

/** A part whose tone is an index into the design's palette. */
export interface PaintedPart extends Part {
  /** Moved right and down by this much, in radii. */
  readonly shift?: number;
}

/** Restates a motif's parts (tones counted in its own list) in a style, with palette indices for tones. */
export function styleParts(
  parts: readonly Part[],
  style: MotifStyle,
  tones: readonly number[],
): PaintedPart[] {
  const toned = parts.map((part): PaintedPart => ({ ...part, tone: tones[part.tone % tones.length] ?? 0 }));
  const line = tones[4 % tones.length] ?? 0;
  const areas = toned.filter((part) => part.line === undefined);
  const contour = (part: PaintedPart, width: number, tone: number): PaintedPart => ({
    d: part.d,
    tone,
    line: width + (part.line ?? 0),
  });
  switch (style) {
    case 'flat':
      return toned;
    case 'outlined':
      return toned.flatMap((part) =>
        part.line === undefined && !part.opacity ? [contour(part, 0.05, line), part] : [part],
      );
    case 'line':
      return toned.flatMap((part) =>
        part.line === undefined ? [contour(part, 0.06, part.tone), { ...part, tone: 0, opacity: 1 }] : [part],
      );
    case 'shifted':
      return [...toned, ...areas.map((part) => ({ ...contour(part, 0.022, line), shift: 0.05 }))];
    case 'silhouette':
      return toned.map((part) =>
        part.line === undefined ? { ...part, tone: tones[0] ?? 0 } : { ...part, tone: tones[1] ?? 0 },
      );
    case 'haloed':
      return [...toned.map((part) => contour(part, 0.2, tones[2 % tones.length] ?? 0)), ...toned];
  }
}
