import type { Transform } from './statements.js';

/** Degrees and share of the size that a person would not notice. */
const UNNOTICED_DEGREES = 2;
const UNNOTICED_SCALE = 0.03;

/** How the query's picture lies on the candidate's, in words; null for nothing that lies on anything. */
export function describeTransform(transform: Transform | null): { readonly zh: string; readonly en: string } {
  if (!transform) return { zh: '未确定几何关系', en: 'no geometric relation found' };
  const { mirrored, rotation, scale, recoloured } = transform;
  const parts: [string, string][] = [];
  if (mirrored) parts.push(['镜像', 'mirrored']);
  if (Math.min(rotation, 360 - rotation) > UNNOTICED_DEGREES) {
    const degrees = Math.round(rotation);
    parts.push([`逆时针旋转 ${degrees}°`, `turned ${degrees}° counter-clockwise`]);
  }
  if (Math.abs(Math.log(scale)) > UNNOTICED_SCALE)
    parts.push([`缩放 ×${scale.toFixed(2)}`, `scaled ×${scale.toFixed(2)}`]);
  if (recoloured) parts.push(['改色', 'recoloured']);
  if (parts.length === 0) return { zh: '位置、大小与颜色一致', en: 'same position, size and colours' };
  return { zh: parts.map(([zh]) => zh).join('、'), en: parts.map(([, en]) => en).join(', ') };
}
