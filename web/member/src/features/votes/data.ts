import { type components, data } from "@jifen/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, queries } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";

/** Something that members are asked to choose. */
export type Vote = components["schemas"]["Vote"];

/** The latest votes. */
export function useVotes() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["votes", id],
    queryFn: async () => (await data(api.GET("/v1/members/{id}/votes", { params: { path: { id } } }))).data,
    refetchOnWindowFocus: "always",
  });
}

/** Chooses, once and for good. */
export function useCast(vote: string, key: string) {
  const { id } = useMe();
  return useMutation({
    mutationFn: (option: string) => {
      const params = { path: { id }, header: { "Idempotency-Key": key } };
      return data(api.POST("/v1/members/{id}/ballots", { params, body: { vote, option } }));
    },
    // Also where no answer came: what is shown next is what the server knows. A ballot may bring points.
    onSettled: () => {
      for (const about of ["votes", "wallet", "entries", "tasks"]) {
        void queries.invalidateQueries({ queryKey: [about] });
      }
    },
  });
}
