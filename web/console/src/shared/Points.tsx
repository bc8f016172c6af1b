import { useFormat } from "./format.ts";

/** An amount of points, in the color that only points have. */
export function Points({
  value,
  signed = false,
  strong = false,
}: {
  value: number;
  signed?: boolean;
  strong?: boolean;
}) {
  const format = useFormat();
  const text = signed ? format.signed(value) : format.number(value);
  return <span className={strong ? "points strong" : "points"}>{text}</span>;
}
