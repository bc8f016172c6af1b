import { EditOutlined } from "@ant-design/icons";
import { Button, Card } from "antd";
import { eventWord } from "../../../shared/events.ts";
import { useName, useSay, type Name, type Say } from "../../../shared/language.tsx";
import { useNames } from "../../../shared/program.ts";
import { items, type Item, type List } from "../model/bundle.ts";
import { periodWord } from "../model/words.ts";
import { useEditor } from "./context.ts";

/** Tiers and units: a list whose order has a meaning that dragging would change. */
export function PlainList({
  list,
  title,
  open,
}: {
  list: List;
  title: string;
  open: (list: List, at: number) => void;
}) {
  const say = useSay();
  const name = useName();
  const { files, problems } = useEditor();
  return (
    <section aria-label={title} className="grid halves">
      {items(files, list).map((item, at) => {
        const label = name(item["name"] as Name | string | undefined) || String(item["id"]);
        return (
          <Card
            key={String(item["id"])}
            size="small"
            title={label}
            extra={
              <Button
                type="text"
                icon={<EditOutlined />}
                aria-label={say(`编辑${label}`, `Edit ${label}`)}
                onClick={() => open(list, at)}
              />
            }
          >
            <Brief item={item} />
            {problems
              .filter((problem) => problem.list === list && problem.at === at)
              .map((problem) => (
                <div key={problem.message} className="stop">
                  {problem.message}
                </div>
              ))}
          </Card>
        );
      })}
    </section>
  );
}

function Brief({ item }: { item: Item }) {
  const say = useSay();
  const name = useName();
  const { tier: tierName, unit: unitName } = useNames();
  const names = (list: unknown[]) =>
    list.map((one) => name((one as { name?: Name }).name) || "…").join(say("、", ", "));
  const cells = (tiers: unknown): [string, string][] =>
    Object.entries(tiers as Record<string, Name>).map(([tier, gets]) => [tierName(tier), name(gets)]);
  const words: [string, string][] = [];
  if (item["earning_multiplier"] !== undefined) {
    words.push([say("获取倍率", "Earning multiplier"), `×${String(item["earning_multiplier"])}`]);
  }
  if (item["value"] !== undefined) words.push([say("每分价值", "Worth of a point"), plain(item["value"])]);
  if (item["validity"] !== undefined)
    words.push([say("有效期", "Validity"), validityText(item["validity"], say, unitName)]);
  if (item["enabled"] === false) words.push([say("状态", "State"), say("未启用", "not in use")]);
  if (item["about"] !== undefined) words.push([say("说明", "About"), name(item["about"] as Name | string | undefined)]);
  if (item["on"] !== undefined) words.push([whenWord(item["on"], say), list(item["on"], say)]);
  if (Array.isArray(item["steps"])) words.push([say("要做什么", "What is to be done"), names(item["steps"])]);
  if (typeof item["period"] === "string") words.push([say("周期", "Period"), periodWord(item["period"], say)]);
  if (item["lunar"] !== undefined) words.push([say("农历", "Traditional calendar"), String(item["lunar"])]);
  if (item["dates"] !== undefined) words.push([say("日期", "Dates"), plain(item["dates"])]);
  if (item["count"] !== undefined) {
    words.push([
      say("达到", "Reaches"),
      say(
        `${String(item["seconds"])} 秒内 ${String(item["count"])} 次`,
        `${String(item["count"])} in ${String(item["seconds"])} s`,
      ),
    ]);
    const hours = item["freeze_hours"];
    words.push([
      say("处理", "What follows"),
      hours === undefined
        ? say("仅记录", "noted")
        : say(`冻结 ${String(hours)} 小时`, `frozen for ${String(hours)} hours`),
    ]);
  }
  if (item["tiers"] !== undefined && !Array.isArray(item["tiers"])) words.push(...cells(item["tiers"]));
  if (item["notice"] !== undefined) words.push([say("提醒", "Notice"), noticeText(item["notice"], say)]);
  return (
    <table className="plain">
      <tbody>
        {words.map(([label, value]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Whether a list names days or events. */
function whenWord(value: unknown, say: Say): string {
  return /^\d/.test(String(value)) ? say("每年", "Each year") : say("行为", "What counts");
}

/** Events by their names; days as they are written. */
function list(value: unknown, say: Say): string {
  return (Array.isArray(value) ? value : [value]).map((one) => eventWord(String(one), say)).join(say("、", ", "));
}

/** How long points live, in words; by unit where a tier says it. */
function validityText(value: unknown, say: Say, unitName: (id: string) => string): string {
  const words: Record<string, [string, string]> = {
    forever: ["永久有效", "never lapses"],
    natural_year: ["自然年", "natural year"],
    yearly_sweep: ["每年年末清除满一年的", "swept each year's end"],
  };
  if (typeof value === "string") return say(...(words[value] ?? [value, value]));
  if (typeof value !== "object" || value === null) return plain(value);
  const { months, days } = value as Record<string, unknown>;
  if (typeof months === "number") return say(`${months} 个月`, `${months} months`);
  if (typeof days === "number") return say(`${days} 天`, `${days} days`);
  return Object.entries(value)
    .map(([key, inner]) => `${unitName(key)} ${validityText(inner, say, unitName)}`)
    .join(say("，", ", "));
}

/** When members are told that points lapse. */
function noticeText(value: unknown, say: Say): string {
  if (typeof value !== "object" || value === null) return plain(value);
  const { leads, required } = value as { leads?: unknown; required?: unknown };
  const before = (Array.isArray(leads) ? leads : [leads ?? []]).flat().map((lead) => leadText(String(lead), say));
  const told = before.length > 0 ? say(`提前${before.join("、")}`, `${before.join(" and ")} before`) : "";
  const must = required === false ? "" : say("未提醒不失效", "nothing lapses without one");
  return [told, must].filter(Boolean).join(say("，", ", "));
}

/** A span of time such as `30d` or `3mo`; any other as it is written. */
function leadText(lead: string, say: Say): string {
  const [, count, unit] = /^(\d+)(d|mo)$/.exec(lead) ?? [];
  if (!count) return lead;
  return unit === "d" ? say(` ${count} 天`, `${count} days`) : say(` ${count} 个月`, `${count} months`);
}

function plain(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${plain(inner)}`)
    .join(", ");
}
