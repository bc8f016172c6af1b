import { PlusOutlined } from "@ant-design/icons";
import { Button, Empty } from "antd";
import { useSay, type Say } from "../../../shared/language.tsx";
import { freshId, insert, items, LISTS, type List, type Plain } from "../model/bundle.ts";
import { useEditor } from "./context.ts";
import { PlainList } from "./PlainList.tsx";

type Playful = "tasks" | "badges" | "leaderboards";

const LIST: Playful[] = ["tasks", "badges", "leaderboards"];

function words(list: Playful, say: Say): { title: string; add: string; none: string } {
  switch (list) {
    case "tasks":
      return {
        title: say("任务与挑战", "Tasks and challenges"),
        add: say("新增任务", "Add a task"),
        none: say("还没有任务。", "There are no tasks."),
      };
    case "badges":
      return {
        title: say("徽章、称号与头像框", "Badges, titles and frames"),
        add: say("新增徽章", "Add a badge"),
        none: say("还没有徽章。", "There are no badges."),
      };
    case "leaderboards":
      return {
        title: say("排行榜", "Leaderboards"),
        add: say("新增排行榜", "Add a leaderboard"),
        none: say("还没有排行榜。", "There are no leaderboards."),
      };
  }
}

/** What a new one begins with: complete as far as the rules demand, and not in use before somebody says so. */
function fresh(list: Playful, id: string, unit: string): Record<string, Plain> {
  switch (list) {
    case "tasks":
      return {
        id,
        name: { zh: "新任务", en: "New task" },
        kind: "challenge",
        enabled: false,
        within: "month",
        steps: [{ id: "buy", name: { zh: "购物", en: "purchase" }, on: "order.paid", times: 1 }],
        award: { points: 10 },
      };
    case "badges":
      return { id, name: { zh: "新徽章", en: "New badge" } };
    case "leaderboards":
      return { id, name: { zh: "新排行榜", en: "New board" }, enabled: false, earned: unit, period: "month", top: 10 };
  }
}

/** Tasks, badges and leaderboards of the draft. */
export function Play({ open }: { open: (list: List, at: number) => void }) {
  const say = useSay();
  const { files, edit, readOnly } = useEditor();
  const unit = String(items(files, "units")[0]?.["id"] ?? "points");
  const add = (list: Playful) => {
    const at = items(files, list).length;
    edit(`${list}/new`, (before) => {
      const id = freshId(before, list, list.replace(/s$/, ""));
      const there = LISTS[list] in before ? before : { ...before, [LISTS[list]]: "" };
      return insert(there, list, fresh(list, id, unit));
    });
    open(list, at);
  };
  return (
    <div className="grid">
      {LIST.map((list) => {
        const { title, add: verb, none } = words(list, say);
        return (
          <div key={list}>
            <div className="field-head">
              <h2 className="sub">{title}</h2>
              {!readOnly && (
                <Button icon={<PlusOutlined />} onClick={() => add(list)}>
                  {verb}
                </Button>
              )}
            </div>
            {items(files, list).length === 0 ? (
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={none} />
            ) : (
              <PlainList list={list} title={title} open={open} />
            )}
          </div>
        );
      })}
    </div>
  );
}
