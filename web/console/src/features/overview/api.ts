import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { client } from "../../shared/client.ts";
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

const question = (unit: string, days: string) => ({
  queryKey: ["overview", unit, days],
  queryFn: () => get<Overview>("/v1/boards/overview", { query: { unit, days } }),
});

/** How many days a board tells unless somebody chooses. */
export const USUAL_DAYS = "30";

/** Asks for the usual board before the page that shows it is there. */
export function prefetchOverview(): void {
  void client.prefetchQuery({ ...question("", USUAL_DAYS), retry: false });
}

/** The board, asked again every few seconds while somebody looks. */
export function useOverview(unit: string, days: string) {
  return useQuery({
    ...question(unit, days),
    refetchInterval: 5_000,
    placeholderData: (before) => before,
  });
}
