import { useFormat, type Money } from "./format.ts";
import { useSay } from "./language.tsx";
import { Points } from "./Points.tsx";

/** What something cost: points, and money besides. */
export function Paid({ points, cash }: { points: number; cash: Money }) {
  const say = useSay();
  const format = useFormat();
  return (
    <span className="nowrap">
      <Points value={points} strong /> {say("分", "pts")}
      {cash.amount > 0 && <> + {format.money(cash)}</>}
    </span>
  );
}
