import { stringify } from 'csv-stringify/sync';
import {
  describeTransform,
  guardFormula,
  type DuplicateGroup,
  type DuplicatePair,
  type InBothLanguages,
  type Registration,
  type RegistryReader,
} from '#libs/registry';
import { writeWhole } from '../home/files.js';

const PAGE = 100;
const BYTE_ORDER_MARK = '\ufeff';
const HEADINGS = [
  '组 group',
  '登记号 registration A',
  '状态 state A',
  '题目 title A',
  '登记号 registration B',
  '状态 state B',
  '题目 title B',
  '分数 score',
  'B 在 A 上 transform (zh)',
  'B on A: transform (en)',
  '登记标识 id A',
  '登记标识 id B',
];

/** One pair as people read it. B's picture is laid on A's. */
interface ShownPair {
  readonly a: ShownRegistration;
  readonly b: ShownRegistration;
  readonly score: number;
  readonly transform: InBothLanguages;
}

interface ShownRegistration {
  readonly registrationId: string;
  /** Null where there is none yet. */
  readonly registrationNumber: string | null;
  readonly state: string;
  readonly title: string;
}

/** A group as it stands in the files. */
export interface ShownGroup {
  readonly group: number;
  readonly registrations: readonly ShownRegistration[];
  readonly pairs: readonly ShownPair[];
}

/** Groups with what the registry says of their registrations. */
export async function showGroups(
  groups: readonly DuplicateGroup[],
  registry: Pick<RegistryReader, 'findMany'>,
): Promise<ShownGroup[]> {
  const ids = [...new Set(groups.flatMap(({ registrations }) => registrations))];
  const known = new Map<string, Registration>();
  for (let from = 0; from < ids.length; from += PAGE)
    for (const one of await registry.findMany(ids.slice(from, from + PAGE)))
      known.set(one.registrationId, one);
  const show = (registrationId: string): ShownRegistration => {
    const { registrationNumber = null, state = 'applied', title = '' } = known.get(registrationId) ?? {};
    return { registrationId, registrationNumber, state, title };
  };
  return groups.map(({ registrations, pairs }, place) => ({
    group: place + 1,
    registrations: registrations.map(show),
    pairs: pairs.map((pair) => showPair(pair, show)),
  }));
}

/** UTF-8 with byte order mark, as spreadsheets expect; one line for each pair. @throws Problem naming the file */
export function writeGroupsCsv(path: string, groups: readonly ShownGroup[]): void {
  const rows = groups.flatMap(({ group, pairs }) =>
    pairs.map(({ a, b, score, transform }) => [
      String(group),
      a.registrationNumber ?? '',
      a.state,
      a.title,
      b.registrationNumber ?? '',
      b.state,
      b.title,
      score.toFixed(4),
      transform.zh,
      transform.en,
      a.registrationId,
      b.registrationId,
    ]),
  );
  const cells = [HEADINGS, ...rows].map((row) => row.map(guardFormula));
  writeWhole(path, BYTE_ORDER_MARK + stringify(cells, { record_delimiter: '\r\n' }));
}

function showPair(pair: DuplicatePair, show: (id: string) => ShownRegistration): ShownPair {
  const [query, other] = pair.query === 'first' ? [pair.first, pair.second] : [pair.second, pair.first];
  return {
    a: show(other),
    b: show(query),
    score: pair.score,
    transform:
      pair.transform === null
        ? { zh: '同一图片', en: 'the same picture' }
        : describeTransform(pair.transform),
  };
}
