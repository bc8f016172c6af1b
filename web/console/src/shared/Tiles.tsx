import { Card } from "antd";

/** A figure with its name. */
export interface Tile {
  label: string;
  value: string;
  /** Whether it is an amount of points. */
  points?: boolean;
  /** Whether it is not as it should be. */
  bad?: boolean;
  note?: string | null | undefined;
}

/** Figures that are seen first. */
export function Tiles({ label, tiles }: { label: string; tiles: Tile[] }) {
  return (
    <section className="grid tiles" aria-label={label}>
      {tiles.map((tile) => (
        <Card key={tile.label} size="small">
          <div className="quiet">{tile.label}</div>
          <div className={["tile-value", tile.points && "points", tile.bad && "stop"].filter(Boolean).join(" ")}>
            {tile.value}
          </div>
          {tile.note && <div className="quiet">{tile.note}</div>}
        </Card>
      ))}
    </section>
  );
}
