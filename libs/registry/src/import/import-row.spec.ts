import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findProvince } from '../province.js';
import { EXPORT_HEADINGS, IMPORT_COLUMNS, findColumns } from './columns.js';
import { guardFormula, unguardFormula } from './formula-guard.js';
import { readImportRow, type ImportRow } from './import-row.js';
import { readCategoryCell, readDateCell, readStateCell } from './read-cell.js';

const zhejiang = findProvince('zhejiang');
if (!zhejiang) throw new Error('no Zhejiang');
const TODAY = '2026-03-05';
const cells = {
  registrationNumber: '浙作登字—2021—F—12345',
  registeredOn: '2021年3月5日',
  title: '缠枝莲',
  category: '美术作品',
  owner: '某公司',
  completedOn: '2021/1/2',
  firstPublishedOn: '未发表',
  centre: '绍兴柯桥',
  picture: 'a.jpg',
};

function problemsOf(changed: ImportRow['cells']) {
  const read = readImportRow({ ...cells, ...changed }, zhejiang!, TODAY);
  return 'problems' in read ? read.problems.map(({ field, problem }) => `${field} ${problem}`) : [];
}

describe('headings', () => {
  it.each([
    ['登记号,登记日期,作品名称,作品类别,著作权人,图片', 6],
    ['\ufeff作品登记号,登记日期,作品名称,作品类别,著作权人,完成日期,首次发表日期,状态,登记机构,样本文件', 10],
    ['Registration Number,REGISTRATION_DATE,title,Category,copyright_owner,completion-date,File', 7],
    ['ｔｉｔｌｅ, 登 记 号 ,著作权人（甲方）,图片(文件),unknown', 4],
    [IMPORT_COLUMNS.map((column) => EXPORT_HEADINGS[column]).join(','), IMPORT_COLUMNS.length],
  ])('finds the columns of %s', (line, count) => {
    expect(findColumns(line.split(',')).size).toBe(count);
  });

  it('takes the centre before the institution, wherever they stand', () => {
    const places = findColumns(['登记机构', '登记号', '作品名称', '著作权人', '图片', '受理中心']);
    expect(places.get('centre')).toBe(5);
  });

  it('names what is missing and what it found', () => {
    expect(() => findColumns(['登记号', '名字', '图片'])).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        field: 'metadata',
        problem: 'has no column 作品名称, 著作权人; its headings are "登记号", "名字", "图片"',
      }),
    );
  });
});

describe('a row', () => {
  it('is read into the one written form', () => {
    expect(readImportRow(cells, zhejiang, TODAY)).toEqual({
      content: {
        registrationNumber: '浙作登字-2021-F-00012345',
        registeredOn: '2021-03-05',
        title: '缠枝莲',
        category: 'F',
        owner: '某公司',
        completedOn: '2021-01-02',
        firstPublishedOn: null,
        centre: '绍兴柯桥',
        state: 'registered',
        reason: '',
      },
      number: { region: '浙', year: 2021, category: 'F', serial: 12345 },
      registrationId: null,
    });
  });

  it('may be an application, without number and date', () => {
    expect(problemsOf({ registrationNumber: '', registeredOn: '', state: '已申请' })).toEqual([]);
  });

  it('takes the category from the number if it has none', () => {
    expect(problemsOf({ category: '' })).toEqual([]);
  });

  it.each<[ImportRow['cells'], string]>([
    [{ registrationNumber: '' }, 'registrationNumber is empty'],
    [{ registrationNumber: '鲁作登字-2021-F-1' }, 'registrationNumber belongs to 鲁, not to 浙江 (浙)'],
    [{ registrationNumber: '浙作登字-2021-F-0' }, 'registrationNumber its serial'],
    [{ registrationNumber: '浙作登字-2021-G-1' }, 'category is not G'],
    [{ state: 'applied', registeredOn: '' }, 'registrationNumber is given though'],
    [{ state: '?' }, 'state is no known state'],
    [{ registeredOn: '' }, 'registeredOn is empty'],
    [{ registeredOn: '2021-02-30' }, 'registeredOn is not a date'],
    [{ registeredOn: '2027-01-01' }, 'registeredOn is in the future'],
    [{ title: '' }, 'title is empty'],
    [{ title: '锟\ufffd' }, 'title has characters that are not text'],
    [{ owner: ' ' }, 'owner is empty'],
    [{ picture: '' }, 'picture is empty'],
    [{ completedOn: 'yesterday' }, 'completedOn is not a date'],
    [{ registrationId: 'x' }, 'registrationId is not a UUID'],
  ])('%j is refused by field', (changed, problem) => {
    expect(problemsOf(changed)).toEqual([expect.stringContaining(problem)]);
  });

  it('tells all that is wrong at once', () => {
    expect(problemsOf({ registrationNumber: 'x', title: '', owner: '', state: '?' })).toHaveLength(4);
  });

  it('never fails otherwise, whatever stands in it', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...Object.values(cells)));
    const row = fc.record(Object.fromEntries(IMPORT_COLUMNS.map((column) => [column, text])), {
      requiredKeys: [],
    });
    fc.assert(
      fc.property(row, (cells) => {
        const read = readImportRow(cells, zhejiang, TODAY);
        expect('content' in read || read.problems.length > 0).toBe(true);
      }),
    );
  });
});

describe('cells', () => {
  it.each([
    ['2021-03-05', '2021-03-05'],
    ['2021/3/5', '2021-03-05'],
    ['2021.3.5', '2021-03-05'],
    ['2021年3月5日', '2021-03-05'],
    ['2021 年 3 月 5 日', '2021-03-05'],
    ['20210305', '2021-03-05'],
    ['２０２１－０３－０５', '2021-03-05'],
    ['2021-03-05 00:00:00', '2021-03-05'],
    ['2021-03-05T00:00:00Z', '2021-03-05'],
    ['', null],
    ['无', null],
    ['—', null],
    ['未发表', null],
    ['5.3.2021', '5.3.2021'],
  ])('reads the date %j as %j', (text, date) => {
    expect(readDateCell(text)).toBe(date);
    expect(readDateCell(date ?? '')).toBe(date);
  });

  it.each([
    ['F', 'F'],
    ['ｆ', 'F'],
    ['F类', 'F'],
    ['F 美术作品', 'F'],
    ['美术', 'F'],
    ['美术作品（F）', 'F'],
    ['', null],
    ['摄影', '摄影'],
    ['FINE ART', 'FINE ART'],
  ])('reads the category %j as %j', (text, category) => {
    expect(readCategoryCell(text)).toBe(category);
  });

  it.each([
    ['已登记', 'registered'],
    [' Registered ', 'registered'],
    ['不予登记', 'refused'],
    ['已撤销', 'revoked'],
    ['Applied', 'applied'],
    ['审查通过', 'examined'],
    ['maybe', undefined],
  ])('reads the state %j as %s', (text, state) => {
    expect(readStateCell(text)).toBe(state);
  });

  it('are guarded against spreadsheets and come back', () => {
    const text = fc.string({ unit: fc.constantFrom(...`'=+-@\t\ra1`), maxLength: 8 });
    fc.assert(
      fc.property(text, (cell) => {
        const guarded = guardFormula(cell);
        expect(guarded).not.toMatch(/^[=+\-@\t\r]/u);
        expect(unguardFormula(guarded)).toBe(cell);
      }),
    );
  });
});
