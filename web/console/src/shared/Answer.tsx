import type { UseQueryResult } from "@tanstack/react-query";
import { Button, Empty, Skeleton } from "antd";
import type { ReactNode } from "react";
import { useSay } from "./language.tsx";
import { asProblem } from "./problem.ts";
import { ProblemLater } from "./ProblemLater.tsx";

interface Props<T> {
  query: UseQueryResult<T>;
  children: (data: T) => ReactNode;
  /** How tall the skeleton is. */
  rows?: number;
  /** When it counts as nothing at all, and what to say then. */
  empty?: { when: (data: T) => boolean; text: string; action?: ReactNode };
}

/** What a question to the server came to: loading, failed (with another try), nothing, or something. */
export function Answer<T>({ query, children, rows = 4, empty }: Props<T>) {
  const say = useSay();
  if (query.data === undefined) {
    if (query.isError) return <ProblemLater problem={asProblem(query.error)} retry={() => void query.refetch()} />;
    return (
      <div aria-busy="true" aria-label={say("正在加载", "Loading")} role="status">
        <Skeleton active paragraph={{ rows }} />
      </div>
    );
  }
  if (empty?.when(query.data)) {
    return (
      <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={empty.text}>
        {empty.action}
      </Empty>
    );
  }
  return (
    <>
      {query.isError && (
        <StaleNotice
          retry={() => void query.refetch()}
          text={say("未能更新，以下是上次的数据。", "Could not refresh; these are the last figures.")}
        />
      )}
      {children(query.data)}
    </>
  );
}

function StaleNotice({ text, retry }: { text: string; retry: () => void }) {
  const say = useSay();
  return (
    <p className="stale" role="status">
      {text}{" "}
      <Button type="link" size="small" onClick={retry}>
        {say("重试", "Try again")}
      </Button>
    </p>
  );
}
