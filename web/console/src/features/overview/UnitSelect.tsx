import { Select } from "antd";
import { useName, useSay } from "../../shared/language.tsx";
import type { Unit } from "../../shared/program.ts";

/** Which points the figures are about. */
export default function UnitSelect({
  units,
  unit,
  choose,
}: {
  units: Unit[];
  unit: string;
  choose: (unit: string) => void;
}) {
  const say = useSay();
  const name = useName();
  return (
    <Select
      aria-label={say("积分单位", "Unit")}
      value={unit || (units[0]?.id ?? "")}
      onChange={choose}
      options={units.map((item) => ({ value: item.id, label: name(item.name) }))}
      style={{ minWidth: 140 }}
    />
  );
}
