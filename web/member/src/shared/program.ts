import { type components, data } from "@jifen/api";
import { type Text, useText } from "@jifen/look";
import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { kept } from "./kept.ts";

export type Program = components["schemas"]["Program"];
export type Unit = Program["units"][number];

/** The program: its name, zone, currency, units and tiers. The kept one serves until it was asked for. */
export function useProgram() {
  const query = useQuery({
    queryKey: ["program"],
    queryFn: () => data(api.GET("/v1/program")),
    staleTime: 600_000,
    initialData: () => kept()?.program,
    initialDataUpdatedAt: 0,
  });
  return query;
}

/** The unit that members look for first: what they can spend, and what is worth something. */
export function firstUnit(program: Program): Unit | undefined {
  const { units } = program;
  return units.find((unit) => unit.spendable && unit.value != null) ?? units.find((unit) => unit.spendable) ?? units[0];
}

/** The name of a unit, a tier, a source; what has no name any more is called by its identifier. */
export function useNameOf() {
  const text = useText();
  return (list: { id: string; name: Text }[], id: string | null | undefined): string => {
    const found = list.find((one) => one.id === id);
    return found ? text(found.name) : (id ?? "");
  };
}
