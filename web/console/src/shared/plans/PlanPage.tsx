import type { UseQueryResult } from "@tanstack/react-query";
import { Button, Table, Tag, type TableProps } from "antd";
import type { ReactNode } from "react";
import { Answer } from "../Answer.tsx";
import { Instant } from "../Instant.tsx";
import { Page } from "../Page.tsx";
import { Pager } from "../Pager.tsx";

/** A word with the color that goes with it. */
export interface Tagged {
  text: string;
  color: string;
}

/** A tag. */
export function StateTag({ of: { text, color } }: { of: Tagged }) {
  return <Tag color={color}>{text}</Tag>;
}

interface Props<P> {
  title: string;
  /** The right that seeing it takes. */
  needs: string;
  /** Makes a plan. */
  make: ReactNode;
  /** What to say where there is none yet. */
  none: string;
  plans: UseQueryResult<{ data: P[]; next_cursor?: string | null }>;
  cursor: string;
  /** Goes to another page of the list, or opens a plan. */
  go: (to: { cursor?: string | null; open?: string }) => void;
  /** How the instant is called that a plan is known by, and which it is. */
  known: { title: string; at: (plan: P) => string };
  /** What else a row says. */
  columns: NonNullable<TableProps<P>["columns"]>;
  /** The drawer of the plan that is open. */
  children: ReactNode;
}

/** Plans, newest first; each opens beside the list. */
export function PlanPage<P extends { id: string }>(props: Props<P>) {
  const { title, needs, make, none, plans, cursor, go, known, columns, children } = props;
  const first = {
    title: known.title,
    key: "known",
    render: (_: unknown, plan: P) => (
      <Button type="link" className="cell-link" onClick={() => go({ open: plan.id })}>
        <Instant at={known.at(plan)} />
      </Button>
    ),
  };
  return (
    <Page title={title} needs={needs} actions={make}>
      <Answer query={plans} rows={6} empty={{ when: ({ data }) => data.length === 0, text: none, action: make }}>
        {({ data, next_cursor }) => (
          <>
            <Table
              rowKey="id"
              columns={[first, ...columns]}
              dataSource={data}
              pagination={false}
              scroll={{ x: "max-content" }}
            />
            <Pager cursor={cursor} next={next_cursor} go={(to) => go({ cursor: to })} />
          </>
        )}
      </Answer>
      {children}
    </Page>
  );
}
