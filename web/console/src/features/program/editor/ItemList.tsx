import { ClockCircleOutlined, CopyOutlined, DeleteOutlined, EditOutlined, HolderOutlined } from "@ant-design/icons";
import { useDroppable } from "@dnd-kit/core";
import { SortableContext, useSortable, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { Button, Card, Popconfirm, Tag, Tooltip } from "antd";
import type { ReactNode } from "react";
import { useName, useSay, type Name, type Say } from "../../../shared/language.tsx";
import { useNames } from "../../../shared/program.ts";
import { freshId, insert, items, remove, type Item, type List, type Plain } from "../model/bundle.ts";
import { eventWord } from "../../../shared/events.ts";
import { awardText, conditionText, periodWord, windowText } from "../model/words.ts";
import { useEditor } from "./context.ts";
import { slot } from "./Board.tsx";

interface Props {
  list: List;
  title: string;
  open: (list: List, at: number) => void;
  temporary?: (rule: string) => void;
}

/** A list of the bundle as cards. */
export function ItemList({ list, title, open, temporary }: Props) {
  const say = useSay();
  const { files } = useEditor();
  const found = items(files, list);
  const slots = found.map((_, at) => slot(list, at));
  const { setNodeRef: endRef, isOver: overEnd } = useDroppable({ id: `${list}:end` });
  return (
    <section aria-label={title} className="item-list">
      <h2 className="sub">
        {title} <span className="quiet">{found.length}</span>
      </h2>
      <SortableContext items={slots} strategy={verticalListSortingStrategy}>
        {found.map((item, at) => (
          <ItemCard key={slots[at]} list={list} at={at} item={item} open={open} temporary={temporary} />
        ))}
      </SortableContext>
      <div ref={endRef} className={overEnd ? "drop over" : "drop"}>
        {found.length === 0
          ? say("还没有。从左边拖一个过来。", "None yet. Drag one here.")
          : say("拖到这里加在末尾", "Drop here to add at the end")}
      </div>
    </section>
  );
}

interface CardProps {
  list: List;
  at: number;
  item: Item;
  open: (list: List, at: number) => void;
  temporary: ((rule: string) => void) | undefined;
}

function ItemCard({ list, at, item, open, temporary }: CardProps) {
  const say = useSay();
  const name = useName();
  const { readOnly, edit, problems } = useEditor();
  const { setNodeRef, isOver, transform, transition, attributes, listeners } = useSortable({
    id: slot(list, at),
    disabled: readOnly,
  });
  const wrong = problems.filter((problem) => problem.list === list && problem.at === at);
  const id = String(item["id"] ?? "");
  const title = list === "caps" ? capName(item, id, say) : name(item["name"] as Name | string | undefined) || id;
  const off = item["enabled"] === false;
  const copy = () =>
    edit(`copy ${list}`, (files) =>
      insert(files, list, { ...(item as Record<string, Plain>), id: freshId(files, list, `${id}-copy`) }, at + 1),
    );
  return (
    <Card
      size="small"
      ref={setNodeRef}
      className={`item ${isOver ? "over" : ""} ${off ? "off" : ""}`}
      data-item={id}
      style={transform ? { transform: `translateY(${transform.y}px)`, transition: transition ?? "" } : {}}
    >
      <div className="item-row">
        {!readOnly && (
          <span className="grip" {...attributes} {...listeners} aria-label={say(`移动${title}`, `Move ${title}`)}>
            <HolderOutlined />
          </span>
        )}
        <div className="item-body">
          <button type="button" className="item-title" onClick={() => open(list, at)}>
            {title}
          </button>
          <Summary list={list} item={item} />
          {wrong.map((problem) => (
            <div key={problem.line + problem.message} className={problem.severity === "mistake" ? "stop" : "stale"}>
              {problem.message}
            </div>
          ))}
        </div>
        <div className="item-tools">
          {temporary && !readOnly && (
            <Tool
              label={say(`限时调整${title}`, `Change ${title} for some days`)}
              icon={<ClockCircleOutlined />}
              act={() => temporary(id)}
            />
          )}
          <Tool label={say(`编辑${title}`, `Edit ${title}`)} icon={<EditOutlined />} act={() => open(list, at)} />
          {!readOnly && (
            <>
              <Tool label={say(`复制${title}`, `Copy ${title}`)} icon={<CopyOutlined />} act={copy} />
              <Popconfirm
                title={say(`删除“${title}”？可以撤销。`, `Remove “${title}”? You can undo it.`)}
                okText={say("删除", "Remove")}
                cancelText={say("取消", "Cancel")}
                onConfirm={() => edit(`remove ${list}`, (files) => remove(files, list, at))}
              >
                <Button
                  type="text"
                  size="small"
                  danger
                  icon={<DeleteOutlined />}
                  aria-label={say(`删除${title}`, `Remove ${title}`)}
                />
              </Popconfirm>
            </>
          )}
        </div>
      </div>
    </Card>
  );
}

function Tool({ label, icon, act }: { label: string; icon: ReactNode; act: () => void }) {
  return (
    <Tooltip title={label}>
      <Button type="text" size="small" icon={icon} aria-label={label} onClick={act} />
    </Tooltip>
  );
}

function Summary({ list, item }: { list: List; item: Item }) {
  const say = useSay();
  const names = useNames();
  const window = windowText(item, say);
  return (
    <div className="item-summary">
      {list === "rules" && (
        <>
          <span className="points strong">{awardText(item, say)}</span>
          <span>{eventWord(String(item["on"] ?? ""), say)}</span>
        </>
      )}
      {list === "multipliers" && (
        <>
          <span className="points strong">×{String(item["by"] ?? "")}</span>
          <span>{target(item, say, names.source)}</span>
        </>
      )}
      {list === "caps" && <span>{capText(item, say, names.tier)}</span>}
      {typeof item["when"] === "string" && <Condition text={item["when"]} tier={names.tier} />}
      {window && <Tag color="blue">{window}</Tag>}
      {item["enabled"] === false && <Tag>{say("未启用", "Not in use")}</Tag>}
    </div>
  );
}

function Condition({ text, tier }: { text: string; tier: (id: string) => string }) {
  const say = useSay();
  const words = conditionText(text, say, tier);
  return words === null ? <code>{text}</code> : <span>{words}</span>;
}

function target(item: Item, say: Say, source: (id: string) => string): string {
  const list = (value: Plain | undefined) => (Array.isArray(value) ? value.map(String) : value ? [String(value)] : []);
  const rules = list(item["rules"]);
  if (rules.length > 0) return say(`规则 ${rules.join("、")}`, `rules ${rules.join(", ")}`);
  return list(item["sources"]).map(source).join(say("、", ", "));
}

/** A cap has no name of its own: its period tells it from others. */
function capName(item: Item, id: string, say: Say): string {
  const period = periodWord(String(item["per"] ?? ""), say);
  return say(`${period}获取上限 · ${id}`, `Cap ${period} · ${id}`);
}

function capText(item: Item, say: Say, tier: (id: string) => string): string {
  const points = item["points"];
  const period = periodWord(String(item["per"] ?? ""), say);
  if (typeof points === "object" && points !== null && !Array.isArray(points)) {
    const parts = Object.entries(points).map(([id, limit]) => `${tier(id)} ${String(limit)}`);
    return `${period} ${parts.join(" · ")}`;
  }
  return say(`${period}最多 ${String(points)} 分`, `at most ${String(points)} ${period}`);
}
