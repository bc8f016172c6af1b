import { type components, data } from "@jifen/api";
import { useInfiniteQuery } from "@tanstack/react-query";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";
import { LIVE_MS } from "../../shared/rewards.ts";

export type Shelf = components["schemas"]["Shelf"];
export type ShelfItem = components["schemas"]["ShelfItem"];
export type { MemberReward } from "../../shared/rewards.ts";
export type RewardTerms = components["schemas"]["RewardTerms"];
export type Quote = components["schemas"]["Quote"];

const PAGE = 30;

/** What is to be seen of the shelf. */
export interface Filter {
  sort?: "value" | "points";
  affordable?: boolean;
  zone?: "priority" | "birthday";
  tag?: string;
  kind?: string;
  /** A layer of the shelf, by price. */
  layer?: string;
  /** A shelf of this month. */
  theme?: string;
  /** Only what so many points suffice for. */
  points?: number;
}

/** The shelf as the member sees it, a page after the other. */
export function useShelf(filter: Filter, limit = PAGE, wanted = true) {
  const { id } = useMe();
  return useInfiniteQuery({
    queryKey: ["shelf", id, filter, limit],
    enabled: wanted,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const cursor = pageParam === null ? {} : { cursor: pageParam };
      return data(api.GET("/v1/rewards", { params: { query: { member: id, limit, ...filter, ...cursor } } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    refetchInterval: LIVE_MS,
    refetchOnWindowFocus: "always",
    // What was on the shelf stays there while another part of it is asked for.
    placeholderData: (before) => before,
  });
}
