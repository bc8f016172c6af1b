import { Button, Card, Empty } from "antd";
import { useState, type ReactNode } from "react";
import { useSay } from "../../shared/language.tsx";

interface Props {
  title: string;
  /** What to say instead where there is nothing to draw. */
  empty: string | null;
  head: string[];
  rows: string[][];
  children: ReactNode;
}

/** A chart with the same figures as a table behind it: one press away, and what screen readers read. */
export function Charted({ title, empty, head, rows, children }: Props) {
  const say = useSay();
  const [table, setTable] = useState(false);
  return (
    <Card
      size="small"
      title={title}
      extra={
        empty === null && (
          <Button size="small" type="text" aria-pressed={table} onClick={() => setTable(!table)}>
            {table ? say("看图", "Chart") : say("看表", "Table")}
          </Button>
        )
      }
    >
      {empty !== null ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty} />
      ) : (
        <>
          {!table && <div aria-hidden="true">{children}</div>}
          <div className={table ? "chart-table" : "sr"}>
            <table className="plain">
              <caption className="sr">{title}</caption>
              <thead>
                <tr>
                  {head.map((label, at) => (
                    <th key={label} scope="col" className={at === 0 ? "" : "num"}>
                      {label}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row[0]}>
                    {row.map((cell, at) =>
                      at === 0 ? (
                        <th key={at} scope="row">
                          {cell}
                        </th>
                      ) : (
                        <td key={at} className="num">
                          {cell}
                        </td>
                      ),
                    )}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Card>
  );
}
