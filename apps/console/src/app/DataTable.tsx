import type { ReactNode } from 'react';

/** One column: its head, and what stands in it for a row. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => ReactNode;
  readonly kind?: 'number' | 'breaks' | 'narrow';
}

interface DataTableProps<Row> {
  readonly name: string;
  readonly columns: readonly Column<Row>[];
  /** Undefined while they are on their way. */
  readonly rows: readonly Row[] | undefined;
  readonly keyOf: (row: Row) => string;
  /** Said of no rows. */
  readonly none: string;
}

/** A plain table: nothing in it needs a style sheet made at run time. */
export function DataTable<Row>({ name, columns, rows, keyOf, none }: DataTableProps<Row>) {
  return (
    <div className="table-frame">
      <table className="table" aria-label={name} aria-busy={rows === undefined}>
        <thead>
          <tr>
            {columns.map(({ head, kind }) => (
              <th key={head} scope="col" className={kind}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows?.length === 0 && (
            <tr>
              <td colSpan={columns.length} className="quiet">
                {none}
              </td>
            </tr>
          )}
          {rows?.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ head, cell, kind }) => (
                <td key={head} className={kind}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
