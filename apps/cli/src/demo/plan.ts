import { type ProvinceId, type RegistrationState, type WorkMetadata } from '#libs/registry';
import {
  composeDesign,
  drawPattern,
  type PatternDesign,
  type Random,
  RECIPE_NAMES,
  seededRandom,
} from '#libs/pattern-drawing';
import { chooseCentre, DEMO_PROVINCES, type DemoProvince, inventOwner } from './applicants.js';
import { chooseDates, numberWorks } from './calendar.js';
import { type CopyKind, planCopies, type PlannedCopy } from './copies.js';
import { titleOf } from './titles.js';

/** Patterns drawn for each province; copies registered there come on top. */
export const ORIGINALS_PER_PROVINCE = 120;

/** The seed of the demo that every first start fills the registries with. */
export const DEMO_SEED = 20211108;

/** One entry of a province's registry, in the import's columns. */
export interface DemoRegistration extends WorkMetadata {
  readonly province: ProvinceId;
  /** In the one written form; null for a refused application, which never had one. */
  readonly registrationNumber: string | null;
  /** ISO 8601 date; null for a refused application. */
  readonly registeredOn: string | null;
  readonly state: RegistrationState;
  /** Of a refusal or revocation; empty otherwise. */
  readonly reason: string;
  /** Unique over the plan, for example "zhejiang-0001.jpg". */
  readonly fileName: string;
  /** The deposit copy, JPEG; drawn at every call, the same bytes each time. */
  picture(): Promise<Uint8Array>;
}

/**
 * A copy of a registered pattern. Offered from `offeredIn` its check must find `original`; with `registeredAs` that
 * province has already registered the copy under this number (a cross-province duplicate that stands in two
 * registries, and the check finds both), without it the copy is nowhere registered yet.
 */
export interface Plant {
  /** "exact-1" and so on. */
  readonly id: string;
  readonly kind: CopyKind;
  readonly original: { readonly province: ProvinceId; readonly registrationNumber: string };
  /** Never the original's province. */
  readonly offeredIn: ProvinceId;
  readonly registeredAs: string | null;
  /** The copy, JPEG; the same bytes at every call. */
  picture(): Promise<Uint8Array>;
}

export interface DemoPlan {
  /** By province in the directory's order. */
  readonly registrations: readonly DemoRegistration[];
  readonly planted: readonly Plant[];
}

interface Work {
  readonly province: DemoProvince;
  readonly title: string;
  readonly completedOn: string;
  readonly firstPublishedOn: string | null;
  readonly registeredOn: string;
  readonly state: RegistrationState;
  readonly reason: string;
  picture(): Promise<Uint8Array>;
}

/**
 * Plans the demo registry: what is in the four provinces' registries and which copies are planted. The same seed gives the
 * same plan and pictures; nothing is drawn until a picture is asked for.
 */
export function planDemoRegistry(seed: number): DemoPlan {
  const random = seededRandom(seed);
  const originals = planOriginals(random);
  const copies = planCopies(originals, random);
  const asWork = copyAsWork(random);
  const copiedWorks = new Map(
    copies.filter(({ registered }) => registered).map((copy) => [copy, asWork(copy)]),
  );
  const registrations = registerWorks([...originals, ...copiedWorks.values()], random);
  const numberOf = (work: Work | undefined): string | null =>
    (work && registrations.get(work)?.registrationNumber) ?? null;
  return {
    registrations: DEMO_PROVINCES.flatMap((province) =>
      [...registrations.values()].filter((registration) => registration.province === province),
    ),
    planted: copies.map((copy) => ({
      id: copy.id,
      kind: copy.kind,
      original: { province: copy.original.province, registrationNumber: numberOf(copy.original) ?? '' },
      offeredIn: copy.offeredIn,
      registeredAs: numberOf(copiedWorks.get(copy)),
      picture: copy.picture,
    })),
  };
}

interface Original extends Work {
  readonly design: PatternDesign;
}

function planOriginals(random: Random): Original[] {
  return DEMO_PROVINCES.flatMap((province, p) =>
    Array.from({ length: ORIGINALS_PER_PROVINCE }, (_, i): Original => {
      const recipe = RECIPE_NAMES[(p * ORIGINALS_PER_PROVINCE + i) % RECIPE_NAMES.length];
      const drawn = recipe ?? 'tossedFloral';
      const design = composeDesign(random.seed(), drawn);
      const size = random.pick([
        { width: 448, height: 448 },
        { width: 480, height: 420 },
        { width: 400, height: 480 },
      ]);
      return {
        province,
        design,
        title: titleOf(design, drawn, random),
        ...chooseDates(random),
        ...chooseState(random),
        picture: () => drawPattern(design, size),
      };
    }),
  );
}

/** Most stand; some were refused, some revoked later. */
function chooseState(random: Random): Pick<Work, 'state' | 'reason'> {
  const lot = random.next();
  if (lot < 0.02)
    return {
      state: 'refused',
      reason: random.pick(['独创性不足：仅为单一几何图形的简单重复', '申请材料不齐，逾期未补正']),
    };
  if (lot < 0.035)
    return {
      state: 'revoked',
      reason: '与在先登记的作品重复，依《作品自愿登记试行办法》第六条撤销',
    };
  return { state: 'registered', reason: '' };
}

function copyAsWork(random: Random): (copy: PlannedCopy<Original>) => Work {
  return (copy) => ({
    province: copy.offeredIn,
    title: titleOf(copy.original.design, recipeOf(copy.original.design), random),
    ...chooseDates(random, copy.original.registeredOn),
    state: 'registered',
    reason: '',
    picture: copy.picture,
  });
}

function recipeOf(design: PatternDesign): (typeof RECIPE_NAMES)[number] {
  return RECIPE_NAMES.find((name) => name === design.recipe) ?? 'tossedFloral';
}

function registerWorks(works: readonly Work[], random: Random): Map<Work, DemoRegistration> {
  const numbers = numberWorks(works, random);
  const counts = new Map<DemoProvince, number>();
  return new Map(
    works.map((work, i) => {
      const count = (counts.get(work.province) ?? 0) + 1;
      counts.set(work.province, count);
      const refused = work.state === 'refused';
      const registration: DemoRegistration = {
        province: work.province,
        registrationNumber: refused ? null : (numbers[i] ?? null),
        registeredOn: refused ? null : work.registeredOn,
        state: work.state,
        reason: work.reason,
        title: work.title,
        category: 'F',
        owner: inventOwner(work.province, random),
        completedOn: work.completedOn,
        firstPublishedOn: work.firstPublishedOn,
        centre: chooseCentre(work.province, random),
        fileName: `${work.province}-${String(count).padStart(4, '0')}.jpg`,
        picture: work.picture,
      };
      return [work, registration];
    }),
  );
}
