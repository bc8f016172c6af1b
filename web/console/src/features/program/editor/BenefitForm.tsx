import { useSay } from "../../../shared/language.tsx";
import type { Path } from "../model/bundle.ts";
import type { ItemHandle } from "./context.ts";
import { NameFields } from "./fields.tsx";
import { useOptionsOf } from "./useOptionsOf.ts";

/** A row of the matrix of benefits: what each tier gets, in both languages; a tier without words gets nothing. */
export function BenefitForm({ of }: { of: ItemHandle }) {
  const say = useSay();
  const tiers = useOptionsOf("tiers");
  return (
    <>
      <NameFields of={of} path={["name"]} label={say("名称", "Name")} />
      <h2 className="sub">{say("各等级得到什么（空为不享有）", "What each tier gets (nothing if empty)")}</h2>
      {tiers.map((tier) => (
        <NameFields key={tier.value} of={cell(of, tier.value)} path={["tiers", tier.value]} label={tier.label} />
      ))}
    </>
  );
}

/** A cell of the matrix: when both its texts are empty, the tier is taken out of the row. */
function cell(of: ItemHandle, tier: string): ItemHandle {
  return {
    ...of,
    get: (path) => of.get(path) ?? (path.length === 2 ? {} : undefined),
    set: (path: Path, value) => {
      const other = path.at(-1) === "zh" ? "en" : "zh";
      const alone = of.get(["tiers", tier, other]) === undefined;
      if (value === undefined && alone) of.set(["tiers", tier], undefined);
      else of.set(path, value);
    },
  };
}
