import type { MonthlyRow } from '#libs/registry';
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

/** The monthly report of registrations in the national form (notice of 2011 on registration procedure), XLSX. @param month "2026-03" */
export function writeMonthlyTable(month: string, rows: readonly MonthlyRow[]): Promise<Buffer> {
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
  ]);
}
