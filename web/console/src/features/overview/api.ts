import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../shared/http.ts";

type Schemas = components["schemas"];

/** The first board. */
export type Overview = Schemas["Overview"];

/** What happened on one day. */
export type Day = Schemas["BoardDay"];

/** Something that wants attention. */
export type Alarm = Schemas["BoardAlert"];

/** A goal and how far it is. */
export type Kpi = Schemas["BoardKpi"];

/** The board, asked again every few seconds while somebody looks. */
export function useOverview(unit: string, days: string) {
  return useQuery({
    queryKey: ["overview", unit, days],
    queryFn: () => get<Overview>("/v1/boards/overview", { query: { unit, days } }),
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });
}
