import { PlusOutlined } from "@ant-design/icons";
import { Button, Empty } from "antd";
import { useSay, type Say } from "../../../shared/language.tsx";
import { freshId, insert, items, LISTS, type Files, type List, type Plain } from "../model/bundle.ts";
import { useEditor } from "./context.ts";
import { PlainList } from "./PlainList.tsx";

/** Lists to which one adds by a button, and whose order does not matter. */
type Own = "badges" | "benefits" | "days" | "gifts" | "leaderboards" | "patterns" | "streaks" | "tasks";

function words(list: Own, say: Say): { title: string; add: string; none: string } {
  switch (list) {
    case "badges":
      return {
        title: say("徽章、称号与头像框", "Badges, titles and frames"),
        add: say("新增徽章", "Add a badge"),
        none: say("还没有徽章。", "There are no badges."),
      };
    case "benefits":
      return {
        title: say("其他等级权益", "More benefits of tiers"),
        add: say("新增权益", "Add a benefit"),
        none: say(
          "还没有。倍率、有效期、上限与折扣在各自的规则中设置，会自动列入权益矩阵。",
          "None yet. Multipliers, validity, caps and discounts stand in rules of their own and join the matrix by themselves.",
        ),
      };
    case "days":
      return {
        title: say("节日", "Festivals and days with a name"),
        add: say("新增节日", "Add a day"),
        none: say("还没有节日。", "No day has a name yet."),
      };
    case "gifts":
      return {
        title: say("赠礼", "Gifts"),
        add: say("新增赠礼", "Add a gift"),
        none: say("还没有赠礼：规则与任务只给积分。", "No gifts: rules and tasks give points alone."),
      };
    case "leaderboards":
      return {
        title: say("排行榜", "Leaderboards"),
        add: say("新增排行榜", "Add a leaderboard"),
        none: say("还没有排行榜。", "There are no leaderboards."),
      };
    case "patterns":
      return {
        title: say("异常行为", "Patterns of abuse"),
        add: say("新增模式", "Add a pattern"),
        none: say("还没有模式：做得再频繁也不会被发现。", "No patterns: nothing is noticed, however often it is done."),
      };
    case "streaks":
      return {
        title: say("连续天数", "Days in a row"),
        add: say("新增连续天数", "Add days in a row"),
        none: say("没有行为按连续天数计。", "Nothing is counted by days in a row."),
      };
    case "tasks":
      return {
        title: say("任务与挑战", "Tasks and challenges"),
        add: say("新增任务", "Add a task"),
        none: say("还没有任务。", "There are no tasks."),
      };
  }
}

/** What a new one begins with: complete as far as the rules demand, and not in use before somebody says so. */
function fresh(list: Own, id: string, first: { unit: string; tier: string }): Record<string, Plain> {
  switch (list) {
    case "badges":
      return { id, name: { zh: "新徽章", en: "New badge" } };
    case "benefits":
      return {
        id,
        name: { zh: "新权益", en: "New benefit" },
        tiers: { [first.tier]: { zh: "享有", en: "yes" } },
      };
    case "days":
      return { id, name: { zh: "新节日", en: "New day" }, on: "08-18" };
    case "gifts":
      return { id, name: { zh: "新赠礼", en: "New gift" }, reward: "reward" };
    case "leaderboards":
      return {
        id,
        name: { zh: "新排行榜", en: "New board" },
        enabled: false,
        earned: first.unit,
        period: "month",
        top: 10,
      };
    case "patterns":
      return { id, name: { zh: "新模式", en: "New pattern" }, on: "review.posted", count: 10, seconds: 60 };
    case "streaks":
      return { id, name: { zh: "新的连续天数", en: "New days in a row" }, on: "member.signed_in" };
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
  }
}

/** An identifier that the list does not have yet: conditions name streaks, and windows name days, so both are words. */
function identifier(files: Files, list: Own): string {
  const id = freshId(files, list, list.replace(/s$/, ""));
  if (list === "streaks") return id.replace("-", "_");
  return list === "days" ? id.replace(/-(\d+)$/, (_, number: string) => `-${"x".repeat(Number(number) - 1)}`) : id;
}

/** Lists of the draft, each with a button that adds to it. */
export function OwnLists({ lists, open }: { lists: Own[]; open: (list: List, at: number) => void }) {
  const say = useSay();
  const { files, edit, readOnly } = useEditor();
  const idOf = (list: "units" | "tiers", usual: string, at: number) =>
    String(items(files, list).at(at)?.["id"] ?? usual);
  const first = { unit: idOf("units", "points", 0), tier: idOf("tiers", "ordinary", -1) };
  const add = (list: Own) => {
    const at = items(files, list).length;
    edit(`${list}/new`, (before) => {
      const there = LISTS[list] in before ? before : { ...before, [LISTS[list]]: "" };
      return insert(there, list, fresh(list, identifier(before, list), first));
    });
    open(list, at);
  };
  return (
    <div className="grid">
      {lists.map((list) => {
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
