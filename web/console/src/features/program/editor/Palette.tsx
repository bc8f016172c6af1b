import { PlusOutlined } from "@ant-design/icons";
import { useDraggable } from "@dnd-kit/core";
import { Button } from "antd";
import { useSay } from "../../../shared/language.tsx";
import { PIECES, pieceWords, type Piece } from "./palette.ts";

/** What can be added: drag it where it belongs, or press the plus. */
export function Palette({ add }: { add: (piece: Piece) => void }) {
  const say = useSay();
  return (
    <aside className="palette" aria-label={say("可添加的内容", "What can be added")}>
      <p className="quiet">{say("拖到右边，或按加号", "Drag it over, or press plus")}</p>
      {PIECES.map((piece) => (
        <PieceCard key={piece} piece={piece} add={add} />
      ))}
    </aside>
  );
}

function PieceCard({ piece, add }: { piece: Piece; add: (piece: Piece) => void }) {
  const say = useSay();
  const { name, about } = pieceWords(piece, say);
  const { setNodeRef, attributes, listeners } = useDraggable({ id: `piece:${piece}`, data: { piece } });
  return (
    <div className="piece">
      <div ref={setNodeRef} className="piece-grip" data-piece={piece} {...attributes} {...listeners}>
        <strong>{name}</strong>
        <div className="quiet">{about}</div>
      </div>
      <Button
        type="text"
        size="small"
        icon={<PlusOutlined />}
        aria-label={say(`添加${name}`, `Add ${name}`)}
        onClick={() => add(piece)}
      />
    </div>
  );
}
