import { data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";

/** Badges, titles and frames: those the member holds, and those there are. */
export function useBadges() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["badges", id],
    queryFn: async () => (await data(api.GET("/v1/members/{id}/badges", { params: { path: { id } } }))).data,
  });
}

/** A badge, as the API tells it. */
export type Badge = NonNullable<ReturnType<typeof useBadges>["data"]>[number];

/** Sets of cards, and which of them the member has. */
export function useCollections() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["collections", id],
    queryFn: async () => (await data(api.GET("/v1/members/{id}/collections", { params: { path: { id } } }))).data,
  });
}

/** A set of cards, as the API tells it. */
export type Collection = NonNullable<ReturnType<typeof useCollections>["data"]>[number];
