import { stringify } from 'csv-stringify/sync';
import { guardFormula, type Registration, type RegistryReader } from '#libs/registry';
import { writeWhole } from '../home/files.js';
import type { ForeignDuplicate } from './foreign-duplicate.js';

const PAGE = 100;
const BYTE_ORDER_MARK = '\ufeff';
const HEADINGS = [
  '登记号 registration number',
  '状态 state',
  '题目 title',
  '外省 province',
  '外省登记号 its number',
  '外省题目 its title',
  '外省登记日期 registered there on',
  '结论 verdict',
  '分数 score',
  '变换 transform (zh)',
  'transform (en)',
  '查重编号 check',
  '登记标识 id',
  '外省登记标识 its id',
];

/**
 * Writes what was found as CSV for spreadsheets (UTF-8 with byte order mark) and, beside it, as JSON.
 * @returns the two files
 * @throws Problem naming the file
 */
export async function writeForeign(
  csv: string,
  found: readonly ForeignDuplicate[],
  registry: Pick<RegistryReader, 'findMany'>,
): Promise<{ readonly csv: string; readonly json: string }> {
  const own = await registrationsOf(found, registry);
  const rows = found.map((one) => {
    const { registrationNumber = null, state = '', title = '' } = own.get(one.registrationId) ?? {};
    return [
      registrationNumber ?? '',
      state,
      title,
      one.province,
      one.otherNumber ?? '',
      one.otherTitle ?? '',
      one.otherRegisteredOn ?? '',
      one.verdict,
      one.score.toFixed(4),
      one.transform?.zh ?? '',
      one.transform?.en ?? '',
      one.checkId,
      one.registrationId,
      one.otherId,
    ];
  });
  const cells = [HEADINGS, ...rows].map((row) => row.map(guardFormula));
  const json = `${csv.replace(/\.csv$/i, '')}.json`;
  writeWhole(csv, BYTE_ORDER_MARK + stringify(cells, { record_delimiter: '\r\n' }));
  writeWhole(json, `${JSON.stringify({ found }, null, 2)}\n`);
  return { csv, json };
}

async function registrationsOf(
  found: readonly ForeignDuplicate[],
  registry: Pick<RegistryReader, 'findMany'>,
): Promise<ReadonlyMap<string, Registration>> {
  const ids = [...new Set(found.map(({ registrationId }) => registrationId))];
  const known = new Map<string, Registration>();
  for (let from = 0; from < ids.length; from += PAGE)
    for (const one of await registry.findMany(ids.slice(from, from + PAGE)))
      known.set(one.registrationId, one);
  return known;
}
