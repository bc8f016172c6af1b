import { useFormat } from "../../shared/format.ts";
import { useName, useSay } from "../../shared/language.tsx";
import type { DryRun } from "./api.ts";

/** Rules that are drawn; the table below has all of them. */
const DRAWN = 8;

/** What each rule gives now and under the draft, as two bars: the widest first. The table below says the same. */
export function DifferenceChart({ rules }: { rules: DryRun["rules"] }) {
  const say = useSay();
  const name = useName();
  const format = useFormat();
  const moved = rules
    .filter(({ before, after }) => before !== after)
    .sort((one, other) => Math.abs(other.after - other.before) - Math.abs(one.after - one.before))
    .slice(0, DRAWN);
  const most = Math.max(1, ...moved.flatMap(({ before, after }) => [before, after]));
  if (moved.length === 0) return null;
  const bar = (points: number) => ({ width: `${Math.max(0, (points / most) * 100)}%` });
  return (
    <figure className="difference">
      <figcaption className="quiet">
        <span className="difference-key now" /> {say("现行", "Now")} <span className="difference-key draft" />{" "}
        {say("草稿", "Draft")}
      </figcaption>
      <div aria-hidden="true">
        {moved.map((rule) => (
          <div key={rule.rule} className="difference-rule">
            <div>
              {name(rule.name) || rule.rule}{" "}
              <strong className="points">{format.signed(rule.after - rule.before)}</strong>
            </div>
            {(
              [
                ["now", rule.before],
                ["draft", rule.after],
              ] as const
            ).map(([which, points]) => (
              <div key={which} className="difference-bar">
                <span className={which} style={bar(points)} />
                <span className="quiet">{format.number(points)}</span>
              </div>
            ))}
          </div>
        ))}
      </div>
    </figure>
  );
}
