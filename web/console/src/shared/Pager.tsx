import { Button, Space } from "antd";
import { useSay } from "./language.tsx";

interface Props {
  cursor: string;
  next: string | null | undefined;
  go: (cursor: string | null) => void;
}

/** Moves through a list that is paged by cursor; the browser's back button goes one page back. */
export function Pager({ cursor, next, go }: Props) {
  const say = useSay();
  if (!cursor && !next) return null;
  return (
    <nav aria-label={say("翻页", "Pages")} className="pager">
      <Space>
        <Button disabled={!cursor} onClick={() => go(null)}>
          {say("回到首页", "First page")}
        </Button>
        <Button disabled={!next} onClick={() => go(next ?? null)}>
          {say("下一页", "Next page")}
        </Button>
      </Space>
    </nav>
  );
}
