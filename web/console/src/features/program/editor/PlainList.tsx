import { EditOutlined } from "@ant-design/icons";
import { Button, Card } from "antd";
import { useName, useSay, type Name, type Say } from "../../../shared/language.tsx";
import { items, type Item, type List } from "../model/bundle.ts";
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
  const words: [string, string][] = [];
  if (item["earning_multiplier"] !== undefined) {
    words.push([say("获取倍率", "Earning multiplier"), `×${String(item["earning_multiplier"])}`]);
  }
  if (item["value"] !== undefined) words.push([say("每分价值", "Worth of a point"), plain(item["value"])]);
  if (item["validity"] !== undefined) words.push([say("有效期", "Validity"), validityText(item["validity"], say)]);
  if (item["notice"] !== undefined) words.push([say("提醒", "Notice"), plain(item["notice"])]);
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

/** How long points live, in words; by unit where a tier says it. */
function validityText(value: unknown, say: Say): string {
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
    .map(([key, inner]) => `${key} ${validityText(inner, say)}`)
    .join(say("，", ", "));
}

function plain(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.map(plain).join(", ");
  return Object.entries(value)
    .map(([key, inner]) => `${key} ${plain(inner)}`)
    .join(", ");
}
