import { describeTransform, matchOf, rarityOf, type Calibration } from '#libs/registry';
import type { MatchToShow, SideToShow } from './match.js';
import type { PaletteMapping } from './palette-mapping.js';
import type { EvidenceReport } from './report.js';

/** The part of the report that the match itself tells. */
export type MatchTold = Omit<
  EvidenceReport,
  'placedBy' | 'covered' | 'repeat' | 'palette' | 'pictures' | 'absent'
>;

/**
 * Tells a match: verdict by the calibration, transform in words, numbers.
 * @param recoloured whether the palettes say so: a fingerprint does not see every colour
 */
export function tellMatch(
  [query, candidate]: readonly [SideToShow, SideToShow],
  { score, transform, matchedShare, evidence }: MatchToShow,
  calibration: Calibration,
  recoloured: boolean,
): MatchTold {
  const told = transform && { ...transform, recoloured: transform.recoloured || recoloured };
  return {
    kind: 'weft.evidence.v1',
    modelDigest: calibration.modelDigest,
    calibration: { ...calibration, background: [...calibration.background] },
    query: tellPicture(query),
    candidate: tellPicture(candidate),
    score,
    verdict:
      matchOf({ score: evidence.cosine, verified: { score, transform, matchedShare } }, calibration) ??
      'CLEAR',
    rarity: tellRarity(score, calibration),
    transform: told,
    transformWords: describeTransform(told),
    matchedShare,
    evidence,
  };
}

/** To four decimals. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

/** Tells a palette mapping: colours as "#rrggbb", the commonest first. */
export function tellPalette({
  query,
  candidate,
  mapping,
  recoloured,
}: PaletteMapping): NonNullable<EvidenceReport['palette']> {
  return {
    query: query.map(({ hex, share }) => ({ hex, share: rounded(share) })),
    candidate: candidate.map(({ hex, share }) => ({ hex, share: rounded(share) })),
    mapping: mapping.map(({ from, to, share, agreement, difference }) => ({
      from: query[from]?.hex ?? '',
      to: candidate[to]?.hex ?? '',
      share: rounded(share),
      agreement: rounded(agreement),
      difference: rounded(difference),
    })),
    recoloured,
  };
}

function tellRarity(score: number, calibration: Calibration): EvidenceReport['rarity'] {
  const { gallery } = calibration;
  const per10000 = rarityOf(score, calibration);
  return {
    per10000,
    gallery,
    words:
      per10000 >= 10_000
        ? { zh: '低于标定的所有测点，不罕见', en: 'below every measured score: not rare' }
        : {
            zh: `每 10,000 个无关花样中，约有 ${per10000} 个能在 ${gallery} 件登记中找到得分不低于此的候选`,
            en: `of 10,000 unrelated patterns, about ${per10000} find a candidate of at least this score among ${gallery} registrations`,
          },
  };
}

function tellPicture({ pattern, frame, covers }: SideToShow): EvidenceReport['query'] {
  return {
    digest: pattern.pictureDigest,
    mediaType: pattern.mediaType,
    width: pattern.width,
    height: pattern.height,
    frame: { width: frame.width, height: frame.height, covers },
  };
}
