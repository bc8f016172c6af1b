import { data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";

/** The leaderboards there are. */
export function useLeaderboards() {
  return useQuery({
    queryKey: ["leaderboards"],
    queryFn: async () => (await data(api.GET("/v1/leaderboards"))).data,
    staleTime: 60_000,
  });
}

/** A leaderboard, as the API tells it. */
export type Leaderboard = NonNullable<ReturnType<typeof useLeaderboards>["data"]>[number];

/** The places of the period that a day lies in, and the member's own. */
export function usePlaces(board: string, period: string | null) {
  const { id: member } = useMe();
  return useQuery({
    queryKey: ["leaderboards", board, member, period],
    queryFn: () => {
      const query = period === null ? {} : { period };
      return data(api.GET("/v1/leaderboards/{id}", { params: { path: { id: board }, query } }));
    },
    refetchInterval: 30_000,
    placeholderData: (before) => (before?.id === board ? before : undefined),
  });
}

/** Places, as the API tells them. */
export type Places = NonNullable<ReturnType<typeof usePlaces>["data"]>;
