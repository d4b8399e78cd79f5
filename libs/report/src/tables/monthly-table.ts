import type { ExaminationFigures, MonthlyRow } from '#libs/registry';
import { writeWorkbook } from './workbook.js';

const COLUMNS = [
  { heading: '作品登记号', width: 28 },
  { heading: '登记日期', width: 12 },
  { heading: '作品名称', width: 30 },
  { heading: '作品类别', width: 10 },
  { heading: '著作权人', width: 34 },
  { heading: '创作完成日期', width: 14 },
  { heading: '首次发表日期', width: 14 },
];

const DAYS_COLUMNS = [
  { heading: '审结件数', width: 12 },
  { heading: '工作日中位数', width: 14 },
  { heading: '工作日平均数', width: 14 },
  { heading: '最长工作日', width: 12 },
  { heading: '七个工作日内', width: 14 },
  { heading: '节假日安排', width: 34 },
];

/**
 * The monthly report of registrations in the national form (notice of 2011 on registration procedure), XLSX; on a second sheet how many
 * working days the examinations took that ended in the month.
 * @param month "2026-03"
 * @param examinations undefined if none ended
 */
export function writeMonthlyTable(
  month: string,
  rows: readonly MonthlyRow[],
  examinations: ExaminationFigures | undefined,
): Promise<Buffer> {
  return writeWorkbook([
    {
      name: `${month} 作品登记月报`,
      columns: COLUMNS,
      rows: rows.map((row) => [
        row.registrationNumber,
        row.registeredOn,
        row.title,
        row.category,
        row.owner,
        row.completedOn,
        row.firstPublishedOn,
      ]),
    },
    {
      name: `${month} 审查用时`,
      columns: DAYS_COLUMNS,
      rows: examinations ? [daysRow(examinations)] : [],
    },
  ]);
}

function daysRow({ ended, median, average, longest, inTime, sure }: ExaminationFigures) {
  const holidays = sure ? '已知' : '有年份未知，按周一至周五计';
  return [ended, median, Number(average.toFixed(1)), longest, inTime, holidays];
}
