import type { Transform } from './statements.js';

/** The same words in both languages. */
export interface InBothLanguages {
  readonly zh: string;
  readonly en: string;
}

/**
 * How the query's picture lies on the candidate's, for people: "镜像、旋转 90°、缩放 0.70、换色", "mirrored, turned 90°,
 * scaled x0.70, recoloured". What rounds to nothing (under half a degree, half a hundredth) is left out; a shift is no change.
 * @param transform null where nothing lies on anything
 */
export function describeTransform(transform: Transform | null): InBothLanguages {
  if (transform === null) return { zh: '无几何对应', en: 'no geometric correspondence' };
  const degrees = Math.round(transform.rotation) % 360;
  const scale = transform.scale.toFixed(2);
  const parts: InBothLanguages[] = [];
  if (transform.mirrored) parts.push({ zh: '镜像', en: 'mirrored' });
  if (degrees !== 0) parts.push({ zh: `旋转 ${degrees}°`, en: `turned ${degrees}°` });
  if (scale !== '1.00') parts.push({ zh: `缩放 ${scale}`, en: `scaled x${scale}` });
  if (transform.recoloured) parts.push({ zh: '换色', en: 'recoloured' });
  if (parts.length === 0) return { zh: '原样', en: 'as it is' };
  return { zh: parts.map(({ zh }) => zh).join('、'), en: parts.map(({ en }) => en).join(', ') };
}
