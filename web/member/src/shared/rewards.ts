import { type components, data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { useMe } from "./me.ts";

/** A reward at the member's price, with what applies to it. */
export type MemberReward = components["schemas"]["MemberReward"];

/** How often numbers that others change, such as pieces left, are asked for again while somebody looks. */
export const LIVE_MS = 10_000;

/** A reward as the member sees it. */
export function useReward(reward: string, wanted = true) {
  const { id } = useMe();
  return useQuery({
    queryKey: ["reward", id, reward],
    enabled: wanted,
    queryFn: () => data(api.GET("/v1/members/{id}/rewards/{reward}", { params: { path: { id, reward } } })),
    refetchInterval: LIVE_MS,
    refetchOnWindowFocus: "always",
  });
}
