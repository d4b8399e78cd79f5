import type { RegistrationState } from '../registration/registration.js';

const STATE_WORDS: ReadonlyMap<string, RegistrationState> = new Map([
  ...words(
    'applied',
    'applied',
    'pending',
    '申请',
    '已申请',
    '申请中',
    '受理',
    '已受理',
    '待审',
    '待审查',
    '审查中',
  ),
  ...words('examined', 'examined', '已审查', '审查通过', '已审核', '审核通过', '待登记'),
  ...words('registered', 'registered', 'valid', '登记', '已登记', '准予登记', '有效', '正常', '已发证'),
  ...words('refused', 'refused', 'rejected', '不予登记', '驳回', '已驳回', '拒绝', '未通过'),
  ...words('revoked', 'revoked', 'cancelled', '撤销', '已撤销', '注销', '已注销', '撤销登记', '无效'),
]);

const NO_VALUE = /^(?:[-/—]|无|未发表|未知|暂无|n\/?a|null|none)?$/iu;
const SEPARATED = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]?0{1,2}:00(?::00(?:\.0+)?)?Z?)?$/u;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/u;

function words(state: RegistrationState, ...spelled: string[]): [string, RegistrationState][] {
  return spelled.map((word) => [word, state]);
}

/** Undefined if the word is none of those known. */
export function readStateCell(text: string): RegistrationState | undefined {
  return STATE_WORDS.get(text.normalize('NFKC').replace(/\s+/gu, '').toLowerCase());
}

/**
 * A date as people write it (2021-03-05, 2021/3/5, 2021.3.5, 2021年3月5日, 20210305, midnight behind it) in ISO 8601; null where
 * the cell says that there is none; the cell itself where it is no such date. Whether the day exists is not looked at.
 */
export function readDateCell(text: string): string | null {
  const plain = text.normalize('NFKC').trim();
  if (NO_VALUE.test(plain)) return null;
  const spaceless = plain.replace(/\s+(?=[-/.年月日])|(?<=[-/.年月])\s+/gu, '');
  const parts = SEPARATED.exec(spaceless) ?? COMPACT.exec(spaceless);
  if (!parts) return plain;
  const [, year = '', month = '', day = ''] = parts;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** The category's letter from "F", "ｆ", "F 美术作品", "F类" or "美术"; otherwise the cell itself, null if it is empty. */
export function readCategoryCell(text: string): string | null {
  const plain = text.normalize('NFKC').trim().toUpperCase();
  if (plain === '') return null;
  const letter = /^([A-Z])(?![A-Z])/u.exec(plain)?.[1];
  if (letter !== undefined) return letter;
  return /^美术(?:作品|类)?(?:[-:\s(]*F\)?)?$/u.test(plain) ? 'F' : plain;
}
