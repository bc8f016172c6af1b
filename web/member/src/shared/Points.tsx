import { formatPoints, useSettings } from "@jifen/look";

/** An amount of points: gold, grouped, with equal figures. */
export function Points({ n, sign = false, unit }: { n: number; sign?: boolean; unit?: string }) {
  const { lang } = useSettings();
  return (
    <span className={n < 0 ? "points less" : "points"}>
      {formatPoints(n, lang, { sign })}
      {unit && <span className="unit"> {unit}</span>}
    </span>
  );
}
