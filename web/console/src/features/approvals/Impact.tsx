import type { Approval } from "../../shared/approval.ts";
import { useFormat } from "../../shared/format.ts";
import { useSay } from "../../shared/language.tsx";
import { Points } from "../../shared/Points.tsx";

/** How many people, points and how much money a change touches. */
export function Impact({ impact }: { impact: Approval["impact"] }) {
  const say = useSay();
  const format = useFormat();
  if (!impact) return <span className="quiet">{say("无直接影响", "none directly")}</span>;
  return (
    <span>
      {typeof impact.members === "number" && (
        <>{say(`${format.number(impact.members)} 位会员`, `${format.number(impact.members)} members`)} </>
      )}
      {typeof impact.points === "number" && (
        <>
          <Points value={impact.points} signed /> {say("分", "points")}{" "}
        </>
      )}
      {impact.money && <span className="quiet">({format.money(impact.money)})</span>}
    </span>
  );
}
