import { createHash } from 'node:crypto';
import type { Calibration, InBothLanguages } from '#libs/registry';
import { CAPTIONS, REASONS, type PictureName } from './captions.js';
import type { MatchToShow, SideToShow } from './match.js';
import { drawCheckerboard, drawLines, NOTHING } from './overlay.js';
import { drawPalette } from './palette-picture.js';
import { mapPalette, type PaletteMapping } from './palette-mapping.js';
import { shareOf, writePng, type Mask, type Raster } from './raster.js';
import { regionOf } from './region.js';
import { placeByRepeat, showRepeats, type RepeatsShown } from './repeats.js';
import type { EvidenceReport } from './report.js';
import { dimOutside, drawSideBySide, type Matched } from './side-by-side.js';
import { rounded, tellMatch, tellPalette } from './tell-evidence.js';
import { warp, type Warped } from './warp.js';

/** Two pictures and their match. */
export interface ToShow {
  readonly query: SideToShow;
  readonly candidate: SideToShow;
  readonly match: MatchToShow;
  readonly calibration: Calibration;
}

/** Evidence that a person can look at. */
export interface Evidence {
  readonly report: EvidenceReport;
  /** PNG files by name; all that the report lists. */
  readonly pictures: ReadonlyMap<PictureName, Uint8Array>;
}

/**
 * Draws the evidence of a match and tells it in numbers and words. A picture that cannot be drawn is absent, and the report
 * says why; no picture holds text.
 */
export async function drawEvidence(shown: ToShow): Promise<Evidence> {
  const { query, candidate, match } = shown;
  const [from, to] = [query.frame, candidate.frame];
  const drawn = new Map<PictureName, Raster>();
  const absent = new Map<PictureName, InBothLanguages>();

  const repeats = showRepeats([from, to], [query.repeat, candidate.repeat], match.placing);
  // A placing without places to support it comes from the repeats: it holds but for whole repeats.
  const byPlaces = match.pairs.length > 0 ? match.placing : null;
  const placing = byPlaces ?? placeByRepeat(repeats, from, to);
  const warped = placing ? warp(from, placing, to, NOTHING) : undefined;
  const matched = matchedRegions([from, to], shown);

  drawn.set(
    'side-by-side.png',
    drawSideBySide([from, to], [query, candidate], { ...match, placing }, matched),
  );
  drawPlaced(drawn, absent, to, warped);
  drawMatched(drawn, absent, [from, to], matched);
  drawRepeats(drawn, absent, repeats);
  const palette = paletteOf(to, warped, matched, repeats);
  if (palette) drawn.set('palette.png', drawPalette(palette));
  else absent.set('palette.png', REASONS.noPlacing);

  const pictures = new Map<PictureName, Buffer>();
  for (const [name, raster] of drawn) pictures.set(name, await writePng(raster));
  const placed = warped
    ? {
        placedBy: byPlaces ? ('places' as const) : ('repeat' as const),
        covered: rounded(shareOf(warped.covered)),
      }
    : { placedBy: null, covered: null };
  return {
    report: {
      ...tellMatch([query, candidate], match, shown.calibration, palette?.recoloured ?? false),
      ...placed,
      repeat: 'absent' in repeats ? null : repeats.told,
      palette: palette ? tellPalette(palette) : null,
      pictures: [...pictures].map(([name, file]) => ({
        name,
        digest: digestOf(file),
        width: drawn.get(name)?.width ?? 0,
        height: drawn.get(name)?.height ?? 0,
        caption: CAPTIONS[name],
      })),
      absent: [...absent].map(([name, reason]) => ({ name, reason })),
    },
    pictures,
  };
}

function matchedRegions(
  [from, to]: readonly [Raster, Raster],
  { query, candidate, match: { pairs } }: ToShow,
): Matched | undefined {
  const own = regionOf(
    from,
    query.features,
    pairs.map((pair) => pair.query),
  );
  const other = regionOf(
    to,
    candidate.features,
    pairs.map((pair) => pair.candidate),
  );
  return own && other ? { query: own, candidate: other } : undefined;
}

function drawPlaced(
  drawn: Map<PictureName, Raster>,
  absent: Map<PictureName, InBothLanguages>,
  candidate: Raster,
  warped: Warped | undefined,
): void {
  if (!warped) {
    for (const name of ['overlay.png', 'checkerboard.png', 'blink-a.png', 'blink-b.png'] as const)
      absent.set(name, REASONS.noPlacing);
    return;
  }
  drawn.set('overlay.png', drawLines(candidate, warped));
  drawn.set('checkerboard.png', drawCheckerboard(candidate, warped));
  drawn.set('blink-a.png', candidate);
  drawn.set('blink-b.png', warped.raster);
}

function drawMatched(
  drawn: Map<PictureName, Raster>,
  absent: Map<PictureName, InBothLanguages>,
  [from, to]: readonly [Raster, Raster],
  matched: Matched | undefined,
): void {
  if (matched) {
    drawn.set('matched-query.png', dimOutside(from, matched.query));
    drawn.set('matched-candidate.png', dimOutside(to, matched.candidate));
  } else {
    for (const name of ['matched-query.png', 'matched-candidate.png'] as const)
      absent.set(name, REASONS.noPlaces);
  }
}

function drawRepeats(
  drawn: Map<PictureName, Raster>,
  absent: Map<PictureName, InBothLanguages>,
  repeats: RepeatsShown,
): void {
  if ('absent' in repeats) {
    for (const name of ['repeat-query.png', 'repeat-candidate.png', 'repeat-difference.png'] as const)
      absent.set(name, repeats.absent);
    return;
  }
  drawn.set('repeat-query.png', repeats.pictures.query);
  drawn.set('repeat-candidate.png', repeats.pictures.candidate);
  drawn.set('repeat-difference.png', repeats.pictures.difference);
}

/** By what lies on what: in the matched region, else wherever the query lies, else in the repeat unit. */
function paletteOf(
  candidate: Raster,
  warped: Warped | undefined,
  matched: Matched | undefined,
  repeats: RepeatsShown,
): PaletteMapping | undefined {
  if (warped)
    return (
      (matched && mapPalette(candidate, warped, matched.candidate)) ??
      mapPalette(candidate, warped, everywhere(candidate))
    );
  if ('absent' in repeats) return undefined;
  const { query, candidate: window } = repeats.pictures.windows;
  return mapPalette(window, { raster: query, covered: everywhere(window) }, everywhere(window));
}

function everywhere({ width, height }: Raster): Mask {
  return { width, height, bits: new Uint8Array(width * height).fill(1) };
}

function digestOf(file: Uint8Array): string {
  return `sha256:${createHash('sha256').update(file).digest('hex')}`;
}
