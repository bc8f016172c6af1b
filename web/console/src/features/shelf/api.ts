import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../shared/http.ts";

/** The shelf as a whole. */
export type ShelfBoard = components["schemas"]["ShelfBoard"];

/** How a reward does. */
export type Doing = ShelfBoard["data"][number];

/** A part of the shelf against what it is to be. */
export type Share = ShelfBoard["layers"][number];

/** What somebody should see to. */
export const FLAGS = ["low", "short", "near_expiry", "expired", "slow", "over", "correct", "margin"] as const;

/** The most rewards that are asked for at once. */
const LIMIT = 200;

/** The board, with those rewards only that have a flag where one is named. */
export function useShelfBoard(flag: string) {
  return useQuery({
    queryKey: ["shelf", flag],
    queryFn: () => get<ShelfBoard>("/v1/boards/shelf", { query: { flag, limit: LIMIT } }),
    refetchInterval: 30_000,
    placeholderData: (before) => before,
  });
}
