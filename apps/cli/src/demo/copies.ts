import {
  crop,
  fromHex,
  mirror,
  type PatternDesign,
  type Random,
  reencode,
  turnHue,
} from '#libs/pattern-drawing';
import { DEMO_PROVINCES, type DemoProvince } from './applicants.js';

export const COPY_KINDS = ['exact', 're-encoded', 'mirrored', 'recoloured', 'cropped'] as const;

/** What was done to the picture. */
export type CopyKind = (typeof COPY_KINDS)[number];

/** Copies of each kind that are only offered, and as many that are registered in the other province. */
const COPIES_OF_A_KIND = 3;

/** Cloth that many mills weave alike: a copy of it proves nothing. */
const COMMONPLACE: ReadonlySet<string> = new Set([
  'plaid',
  'check',
  'stripe',
  'dobby',
  'chevron',
  'polka',
  'markings',
  'tieDye',
  'classicLattice',
  'flowing',
  'terrazzo',
  'foulard',
]);

/** What can be copied. */
export interface Copyable {
  readonly province: DemoProvince;
  readonly design: PatternDesign;
  readonly state: string;
  readonly registeredOn: string;
  picture(): Promise<Uint8Array>;
}

export interface PlannedCopy<T extends Copyable> {
  readonly id: string;
  readonly kind: CopyKind;
  readonly original: T;
  readonly offeredIn: DemoProvince;
  /** True if the other province has registered it already. */
  readonly registered: boolean;
  picture(): Promise<Uint8Array>;
}

/** Plans the copies: every one of another original, from each province into each other in turn. */
export function planCopies<T extends Copyable>(originals: readonly T[], random: Random): PlannedCopy<T>[] {
  const pool = random.shuffle(originals.filter(isWorthCopying));
  return COPY_KINDS.flatMap((kind) =>
    Array.from({ length: 2 * COPIES_OF_A_KIND }, (_, i): PlannedCopy<T> => {
      const from = DEMO_PROVINCES[i % DEMO_PROVINCES.length];
      const fits = (work: T): boolean =>
        work.province === from && (kind !== 'recoloured' || isColourful(work.design));
      const original = pool.splice(pool.findIndex(fits), 1)[0];
      if (!original) throw new RangeError(`originals: too few to plant ${kind} copies; plan more of them`);
      const others = DEMO_PROVINCES.filter((province) => province !== original.province);
      const picture = copier(kind, random, original);
      return {
        id: `${kind}-${i + 1}`,
        kind,
        original,
        offeredIn: random.shuffle(others)[0] ?? 'zhejiang',
        registered: i >= COPIES_OF_A_KIND,
        picture,
      };
    }),
  );
}

function isWorthCopying(work: Copyable): boolean {
  return (
    work.state === 'registered' && work.registeredOn < '2023-07-01' && !COMMONPLACE.has(work.design.recipe)
  );
}

/** Grey stays grey whatever its hue is turned by: a recoloured copy needs colour. */
function isColourful(design: PatternDesign): boolean {
  const vivid = design.palette.slice(0, 4).filter((colour) => fromHex(colour).c > 0.08);
  return vivid.length >= 3;
}

function copier(kind: CopyKind, random: Random, original: Copyable): () => Promise<Uint8Array> {
  switch (kind) {
    case 'exact':
      return () => original.picture();
    case 're-encoded': {
      const how = { quality: random.whole(35, 65), scale: random.between(0.55, 0.85) };
      return async () => reencode(await original.picture(), how);
    }
    case 'mirrored':
      return async () => mirror(await original.picture());
    case 'recoloured': {
      const degrees = random.whole(40, 90) * random.pick([1, -1]);
      return async () => turnHue(await original.picture(), degrees);
    }
    case 'cropped': {
      const part = { areaShare: random.between(0.55, 0.65), x: random.next(), y: random.next() };
      return async () => crop(await original.picture(), part);
    }
  }
}
