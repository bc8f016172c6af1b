import type { ReactNode } from "react";

/** A column: what it is called, and whether it holds numbers. */
export interface Column {
  label: string;
  numeric?: boolean;
}

interface Props {
  /** What the table is about; read aloud, and shown where `captioned`. */
  caption: string;
  captioned?: boolean;
  /** Whether it can be scrolled by keyboard; not where it is only read aloud. */
  focusable?: boolean;
  columns: Column[];
  /** Cells row by row; the first names the row. */
  rows: ReactNode[][];
}

/** A small table without paging. */
export function PlainTable({ caption, captioned = false, focusable = true, columns, rows }: Props) {
  const kind = (at: number) => (columns[at]?.numeric ? "num" : "");
  return (
    <div className="scroll-x" role="group" aria-label={caption} tabIndex={focusable ? 0 : undefined}>
      <table className="plain">
        <caption className={captioned ? "" : "sr"}>{caption}</caption>
        <thead>
          <tr>
            {columns.map((column, at) => (
              <th key={column.label} scope="col" className={kind(at)}>
                {column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells, row) => (
            <tr key={row}>
              {cells.map((cell, at) =>
                at === 0 ? (
                  <th key={at} scope="row" className={kind(at)}>
                    {cell}
                  </th>
                ) : (
                  <td key={at} className={kind(at)}>
                    {cell}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
