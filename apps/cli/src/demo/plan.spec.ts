import sharp from 'sharp';
import {
  findProvince,
  readRegistrationNumber,
  readWorkMetadata,
  writeRegistrationNumber,
} from '#libs/registry';
import { DEMO_PROVINCES } from './applicants.js';
import { COPY_KINDS } from './copies.js';
import {
  DEMO_SEED,
  type DemoRegistration,
  ORIGINALS_PER_PROVINCE,
  planDemoRegistry,
  type Plant,
} from './plan.js';

const plan = planDemoRegistry(DEMO_SEED);
const numbered = plan.registrations.filter(({ registrationNumber }) => registrationNumber !== null);
const byNumber = new Map(numbered.map((registration) => [registration.registrationNumber, registration]));
const originalOf = (plant: Plant): DemoRegistration => {
  const original = byNumber.get(plant.original.registrationNumber);
  if (!original) throw new Error(`${plant.id}: its original is not in the plan`);
  return original;
};

it('fills four provinces with at least a hundred patterns each', () => {
  for (const province of DEMO_PROVINCES) {
    const own = plan.registrations.filter((registration) => registration.province === province);
    expect(own.length).toBeGreaterThanOrEqual(ORIGINALS_PER_PROVINCE);
  }
  expect(new Set(plan.registrations.map(({ fileName }) => fileName)).size).toBe(plan.registrations.length);
});

it('numbers every registration once, in its province’s and year’s form', () => {
  expect(byNumber.size).toBe(numbered.length);
  for (const { province, registrationNumber, registeredOn } of numbered) {
    const number = readRegistrationNumber(registrationNumber ?? '');
    expect(writeRegistrationNumber(number)).toBe(registrationNumber);
    expect(number.region).toBe(findProvince(province)?.regionWord);
    expect(number.year).toBe(Number(registeredOn?.slice(0, 4)));
    expect(number.category).toBe('F');
  }
});

it('gives rising serials with the date of registration', () => {
  const last = new Map<string, { serial: number; registeredOn: string }>();
  const inTime = numbered.map(({ registrationNumber, registeredOn }) => ({
    ...readRegistrationNumber(registrationNumber ?? ''),
    registeredOn: registeredOn ?? '',
  }));
  inTime.sort((p, q) => p.serial - q.serial);
  for (const { region, year, serial, registeredOn } of inTime) {
    const before = last.get(`${region} ${year}`);
    expect(registeredOn >= (before?.registeredOn ?? '')).toBe(true);
    last.set(`${region} ${year}`, { serial, registeredOn });
  }
});

it('dates works in order: completed, published, registered', () => {
  for (const { completedOn, firstPublishedOn, registeredOn } of plan.registrations) {
    const days = [completedOn, firstPublishedOn, registeredOn].filter((day) => day !== null);
    expect([...days].sort()).toEqual(days);
    for (const day of days) expect(day).toMatch(/^20(19|2[0-5])-\d\d-\d\d$/u);
  }
});

it('has metadata that the registry takes, of owners that say they are invented', () => {
  for (const registration of plan.registrations) {
    const { title, category, owner, completedOn, firstPublishedOn, centre } = registration;
    const metadata = { title, category, owner, completedOn, firstPublishedOn, centre };
    expect(readWorkMetadata(metadata, '2026-01-01')).toMatchObject({ metadata });
    expect(owner).toContain('虚构');
    expect(title).toMatch(/\p{Script=Han}{2}/u);
  }
  const keqiao = plan.registrations.filter(({ centre }) => centre === '绍兴柯桥');
  expect(keqiao.length).toBeGreaterThan(20);
  expect(new Set(keqiao.map(({ province }) => province))).toEqual(new Set(['zhejiang']));
});

it('holds refused and revoked works, with reasons; a refused one has no number', () => {
  const inState = (state: string): DemoRegistration[] =>
    plan.registrations.filter((registration) => registration.state === state);
  expect(inState('refused').length).toBeGreaterThanOrEqual(3);
  expect(inState('revoked').length).toBeGreaterThanOrEqual(3);
  for (const { registrationNumber, reason } of inState('refused'))
    expect([registrationNumber, reason === '']).toEqual([null, false]);
  for (const { registrationNumber, reason } of inState('revoked'))
    expect([registrationNumber === null, reason === '']).toEqual([false, false]);
});

it('plants three copies of each kind that are offered and three that stand in two registries', () => {
  for (const kind of COPY_KINDS) {
    const plants = plan.planted.filter((plant) => plant.kind === kind);
    expect(plants.filter(({ registeredAs }) => registeredAs === null)).toHaveLength(3);
    expect(plants.filter(({ registeredAs }) => registeredAs !== null)).toHaveLength(3);
  }
  expect(new Set(plan.planted.map(({ id }) => id)).size).toBe(plan.planted.length);
  expect(new Set(plan.planted.map(({ original }) => original.registrationNumber)).size).toBe(
    plan.planted.length,
  );
});

it('plants copies of registered works in other provinces, registered there later', () => {
  for (const plant of plan.planted) {
    const original = originalOf(plant);
    expect(original.state).toBe('registered');
    expect(original.province).toBe(plant.original.province);
    expect(plant.offeredIn).not.toBe(original.province);
    if (plant.registeredAs === null) continue;
    const copy = byNumber.get(plant.registeredAs);
    expect(copy?.province).toBe(plant.offeredIn);
    expect((copy?.registeredOn ?? '') > (original.registeredOn ?? '')).toBe(true);
  }
});

it('is the same for the same seed and another for another', () => {
  const facts = JSON.stringify(plan);
  expect(JSON.stringify(planDemoRegistry(DEMO_SEED))).toBe(facts);
  expect(JSON.stringify(planDemoRegistry(DEMO_SEED + 1))).not.toBe(facts);
});

it('draws the pictures of plants as labelled', async () => {
  for (const kind of COPY_KINDS) {
    const plant = plan.planted.find(
      (candidate) => candidate.kind === kind && candidate.registeredAs !== null,
    );
    expect(plant).toBeDefined();
    if (!plant) continue;
    const copy = Buffer.from(await plant.picture());
    const original = Buffer.from(await originalOf(plant).picture());
    expect(copy.equals(original)).toBe(kind === 'exact');
    expect(copy.equals(Buffer.from((await byNumber.get(plant.registeredAs)?.picture()) ?? []))).toBe(true);
    const [p, q] = [await sharp(copy).metadata(), await sharp(original).metadata()];
    if (kind === 'cropped') expect((p.width * p.height) / (q.width * q.height)).toBeLessThan(0.7);
    if (kind === 're-encoded') expect(p.width).toBeLessThan(q.width);
  }
});
