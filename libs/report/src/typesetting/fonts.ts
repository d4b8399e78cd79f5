import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { create } from 'fontkit';

/**
 * The fonts in the order in which they are asked for a character: Noto Sans SC has all of GB 18030's level 1 and 2 (with CJK Extension A
 * and the rarer characters of the general list), Noto Sans JP some hundred of Extension B that names use (𠮷).
 */
const FAMILIES = {
  regular: [
    'noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
    'noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf',
  ],
  bold: ['noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf', 'noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf'],
} as const;

export type Weight = keyof typeof FAMILIES;

/** One font file. */
export interface FontFile {
  /** Unique in a document. */
  readonly name: string;
  readonly bytes: Buffer;
  /** Whether it draws this character. */
  has(codePoint: number): boolean;
}

const read = new Map<Weight, readonly FontFile[]>();

/** The fonts of a weight, the first asked first; read once in a process. */
export function fontsOf(weight: Weight): readonly FontFile[] {
  const known = read.get(weight);
  if (known) return known;
  const resolve = createRequire(import.meta.url).resolve;
  const fonts = FAMILIES[weight].map((path, place): FontFile => {
    const bytes = readFileSync(resolve(`@expo-google-fonts/${path}`));
    const font = create(bytes);
    if (!('hasGlyphForCodePoint' in font)) throw new Error(`${path} is a collection, not one font`);
    return { name: `${weight}-${place}`, bytes, has: (codePoint) => font.hasGlyphForCodePoint(codePoint) };
  });
  read.set(weight, fonts);
  return fonts;
}
