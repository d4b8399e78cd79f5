import { RegistryError } from '../errors.js';

/**
 * The columns of an import in the order in which an export writes them: the monthly report's, then what an export adds. The
 * registration id is there so that an exported registry comes back with the same ids; other tables have none.
 */
export const IMPORT_COLUMNS = [
  'registrationNumber',
  'registeredOn',
  'title',
  'category',
  'owner',
  'completedOn',
  'firstPublishedOn',
  'centre',
  'state',
  'reason',
  'picture',
  'registrationId',
] as const;

export type ImportColumn = (typeof IMPORT_COLUMNS)[number];

/** Known headings, as simplified by `simplify`; where a table has several of one column, the earliest here is meant. */
const HEADINGS: Readonly<Record<ImportColumn, readonly string[]>> = {
  registrationNumber: [
    '登记号',
    '作品登记号',
    '登记编号',
    '作品登记编号',
    'registrationnumber',
    'registrationno',
    'number',
  ],
  registeredOn: [
    '登记日期',
    '作品登记日期',
    '登记时间',
    'registrationdate',
    'registeredon',
    'dateofregistration',
  ],
  title: ['作品名称', '名称', '作品名', 'title', 'worktitle'],
  category: ['作品类别', '类别', '作品类型', '作品分类', 'category'],
  owner: ['著作权人', '著作权人姓名或名称', '权利人', '著作权人名称', 'owner', 'copyrightowner'],
  completedOn: [
    '创作完成日期',
    '完成日期',
    '作品完成日期',
    '创作完成时间',
    '完成时间',
    'completiondate',
    'completedon',
  ],
  firstPublishedOn: [
    '首次发表日期',
    '发表日期',
    '首次发表时间',
    'firstpublicationdate',
    'firstpublishedon',
    'publicationdate',
  ],
  centre: ['受理中心', '登记中心', '登记机构', '受理机构', 'centre', 'center', 'registrationcentre'],
  state: ['状态', '登记状态', 'state', 'status'],
  reason: ['理由', '原因', 'reason'],
  picture: [
    '图片',
    '样本文件',
    '作品样本',
    '文件名',
    '图片文件',
    '文件',
    'picture',
    'file',
    'filename',
    'picturefile',
  ],
  registrationId: ['登记标识', 'registrationid'],
};

/** The headings that an export writes. */
export const EXPORT_HEADINGS: Readonly<Record<ImportColumn, string>> = {
  registrationNumber: 'registration_number',
  registeredOn: 'registration_date',
  title: 'title',
  category: 'category',
  owner: 'owner',
  completedOn: 'completion_date',
  firstPublishedOn: 'first_publication_date',
  centre: 'centre',
  state: 'state',
  reason: 'reason',
  picture: 'picture',
  registrationId: 'registration_id',
};

const MANDATORY: readonly ImportColumn[] = ['registrationNumber', 'title', 'owner', 'picture'];
const MAX_NAMED = 30;

/** Which cell of a row belongs to which column. */
export type ColumnPlaces = ReadonlyMap<ImportColumn, number>;

/**
 * Recognises headings in Chinese or English whatever their case, spaces, underlines, width and remarks in brackets.
 * @returns the place of each column found; unknown headings are passed over
 * @throws RegistryError INVALID_INPUT, field "metadata", if a column that every row needs is missing, naming what was found
 */
export function findColumns(headings: readonly string[]): ColumnPlaces {
  const places = recogniseHeadings(headings);
  const missing = MANDATORY.filter((column) => !places.has(column));
  if (missing.length > 0) {
    const wanted = missing.map((column) => HEADINGS[column][0]).join(', ');
    const found = headings.slice(0, MAX_NAMED).map((heading) => JSON.stringify(heading.slice(0, 40)));
    throw new RegistryError(
      'INVALID_INPUT',
      'metadata',
      `has no column ${wanted}; its headings are ${found.join(', ')}`,
      'write the headings in the first row: 登记号, 登记日期, 作品名称, 作品类别, 著作权人, 图片 ' +
        '(or registration_number, registration_date, title, category, owner, picture)',
    );
  }
  return places;
}

/** As findColumns, but whatever is found will do: to tell how a file is written. */
export function recogniseHeadings(headings: readonly string[]): ColumnPlaces {
  const simple = headings.map(simplify);
  const places = new Map<ImportColumn, number>();
  for (const column of IMPORT_COLUMNS) {
    const known = HEADINGS[column].find((heading) => simple.includes(heading));
    if (known !== undefined) places.set(column, simple.indexOf(known));
  }
  return places;
}

function simplify(heading: string): string {
  return heading
    .normalize('NFKC')
    .replace(/\(.*?\)|[\s_*:"'.\u200b\ufeff-]/gu, '')
    .toLowerCase();
}
