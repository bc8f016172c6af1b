import {
  closestCenter,
  DndContext,
  DragOverlay,
  KeyboardSensor,
  PointerSensor,
  pointerWithin,
  useSensor,
  useSensors,
  type Announcements,
  type CollisionDetection,
  type DragEndEvent,
  type UniqueIdentifier,
} from "@dnd-kit/core";
import { sortableKeyboardCoordinates } from "@dnd-kit/sortable";
import { useState } from "react";
import { useSay } from "../../../shared/language.tsx";
import { items, move, type List } from "../model/bundle.ts";
import { useEditor } from "./context.ts";
import { ItemList } from "./ItemList.tsx";
import { listOf, pieceWords, place, type Piece } from "./palette.ts";
import { Palette } from "./Palette.tsx";

interface Props {
  /** Opens the form of an item. */
  open: (list: List, at: number) => void;
  /** Begins a temporary change, of a rule where one is known. */
  temporary: (rule: string | null) => void;
}

/** The name of a place in a list, for dragging. */
export function slot(list: List, at: number): string {
  return `${list}:${at}`;
}

function parseSlot(id: UniqueIdentifier): { list: List; at: number } | null {
  const match = /^(rules|multipliers|caps|tiers):(\d+|end)$/.exec(String(id));
  if (!match) return null;
  return { list: match[1] as List, at: match[2] === "end" ? Number.MAX_SAFE_INTEGER : Number(match[2]) };
}

/** What lies under the pointer; for the keyboard, which has none, what is nearest. */
const underPointer: CollisionDetection = (args) => {
  const under = pointerWithin(args);
  return under.length > 0 ? under : args.pointerCoordinates ? [] : closestCenter(args);
};

/** Rules, campaigns and caps as cards that are dragged into order, and a palette of new ones. */
export function Board({ open, temporary }: Props) {
  const say = useSay();
  const { files, edit, readOnly, currency } = useEditor();
  const [piece, setPiece] = useState<Piece | null>(null);
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 6 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  const add = (chosen: Piece, at?: number) => {
    if (chosen === "temporary") {
      temporary(null);
      return;
    }
    const placed = place(files, chosen, currency, at);
    edit(`add ${chosen}`, () => placed.files);
    open(placed.list, placed.at);
  };
  const drop = ({ active, over }: DragEndEvent) => {
    setPiece(null);
    const target = over && parseSlot(over.id);
    if (!target || readOnly) return;
    const dragged = active.data.current?.["piece"] as Piece | undefined;
    if (dragged === "temporary") {
      const rule = target.list === "rules" ? items(files, "rules")[target.at]?.["id"] : null;
      temporary(typeof rule === "string" ? rule : null);
      return;
    }
    if (dragged) {
      const count = items(files, target.list).length;
      add(dragged, listOf(dragged) === target.list ? Math.min(target.at, count) : undefined);
      return;
    }
    const from = parseSlot(active.id);
    if (!from || from.list !== target.list || from.at === target.at) return;
    const to = Math.min(target.at, items(files, from.list).length - 1);
    edit(`move ${from.list}`, (before) => move(before, from.list, from.at, to));
  };
  return (
    <DndContext
      sensors={sensors}
      collisionDetection={underPointer}
      autoScroll={{ threshold: { x: 0, y: 0.08 } }}
      onDragStart={({ active }) => setPiece((active.data.current?.["piece"] as Piece | undefined) ?? null)}
      onDragCancel={() => setPiece(null)}
      onDragEnd={drop}
      accessibility={{
        announcements: announcements(say),
        screenReaderInstructions: {
          draggable: say(
            "按空格键拿起，用方向键移动，再按空格键放下，按 Esc 取消。",
            "Press space to pick up, arrow keys to move, space to drop, escape to cancel.",
          ),
        },
      }}
    >
      <div className="board">
        {!readOnly && <Palette add={(chosen) => add(chosen)} />}
        <div className="grid">
          <ItemList list="rules" title={say("获取规则", "Earning rules")} open={open} temporary={temporary} />
          <ItemList list="multipliers" title={say("倍率与活动", "Multipliers and campaigns")} open={open} />
          <ItemList list="caps" title={say("获取上限", "Caps")} open={open} />
        </div>
      </div>
      <DragOverlay dropAnimation={null}>
        {piece && <div className="piece dragged">{pieceWords(piece, say).name}</div>}
      </DragOverlay>
    </DndContext>
  );
}

function announcements(say: (zh: string, en: string) => string): Announcements {
  const name = (id: UniqueIdentifier) => String(id);
  return {
    onDragStart: ({ active }) => say(`拿起 ${name(active.id)}`, `Picked up ${name(active.id)}`),
    onDragOver: ({ active, over }) =>
      over
        ? say(`${name(active.id)} 在 ${name(over.id)} 上`, `${name(active.id)} is over ${name(over.id)}`)
        : undefined,
    onDragEnd: ({ active, over }) =>
      over
        ? say(`${name(active.id)} 放到 ${name(over.id)}`, `${name(active.id)} dropped on ${name(over.id)}`)
        : say("已放回", "Put back"),
    onDragCancel: () => say("已取消，放回原处", "Canceled; put back"),
  };
}
