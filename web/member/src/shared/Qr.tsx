import { generate } from "lean-qr";

/** A text as a QR code: dark on white in every theme, for that is what scanners read. */
export function Qr({ text, label }: { text: string; label: string }) {
  const code = generate(text);
  return (
    <svg className="qr" role="img" aria-label={label} viewBox={`-4 -4 ${code.size + 8} ${code.size + 8}`}>
      <rect x={-4} y={-4} width={code.size + 8} height={code.size + 8} fill="#fff" />
      <path d={path(code)} fill="#000" shapeRendering="crispEdges" />
    </svg>
  );
}

/** The dark modules, each run of a row as one rectangle. */
function path({ size, get }: { size: number; get: (x: number, y: number) => boolean }): string {
  const runs: string[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (!get(x, y)) continue;
      const from = x;
      while (get(x + 1, y)) x++;
      runs.push(`M${from} ${y}h${x - from + 1}v1h${from - x - 1}z`);
    }
  }
  return runs.join("");
}
