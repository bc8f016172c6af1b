import { type components, data } from "@jifen/api";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api } from "../api.ts";
import { useMe } from "../me.ts";

/** A change of points, as the API tells it. */
export type Entry = components["schemas"]["Entry"];

/** The member's changes, newest first, a page after the other. */
export function useEntries(limit: number) {
  const { id } = useMe();
  return useInfiniteQuery({
    queryKey: ["entries", id, limit],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = pageParam === null ? { limit } : { limit, cursor: pageParam };
      return data(api.GET("/v1/members/{id}/entries", { params: { path: { id }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

/** Where the points of a change came from, and what became of them. */
export type Trace = components["schemas"]["Trace"];

/** The trace of a change, asked for when somebody wants to see it. */
export function useTrace(number: number, wanted: boolean) {
  const { id } = useMe();
  return useQuery({
    queryKey: ["trace", id, number],
    enabled: wanted,
    queryFn: () => data(api.GET("/v1/members/{id}/entries/{number}/trace", { params: { path: { id, number } } })),
  });
}

/** A version that is to come, and what it changes for members. */
export type ComingVersion = components["schemas"]["ComingVersion"];

/** The rules as they were at an instant. */
export function useRulesAt(at: string | null) {
  return useQuery({
    queryKey: ["rules", at],
    queryFn: () => data(api.GET("/v1/program/rules", { params: { query: at === null ? {} : { at } } })),
    staleTime: 600_000,
  });
}
