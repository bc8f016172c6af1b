import { Button, Card, Empty } from "antd";
import { useState, type ReactNode } from "react";
import { useSay } from "../../shared/language.tsx";
import { PlainTable } from "../../shared/PlainTable.tsx";

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
            <PlainTable
              focusable={table}
              caption={title}
              columns={head.map((label, at) => ({ label, numeric: at > 0 }))}
              rows={rows}
            />
          </div>
        </>
      )}
    </Card>
  );
}
