import { type components, data } from "@jifen/api";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { api, queries } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";

export type Redemption = components["schemas"]["Redemption"];
export type Voucher = components["schemas"]["Voucher"];

const PAGE = 20;
/** How often one that waits for somebody else is looked at again. */
const WAITING_MS = 3_000;
const OPEN_MS = 10_000;

/** The member's redemptions, newest first. */
export function useRedemptions() {
  const { id } = useMe();
  return useInfiniteQuery({
    queryKey: ["redemptions", id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
      return data(api.GET("/v1/members/{id}/redemptions", { params: { path: { id }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    refetchOnWindowFocus: "always",
  });
}

/** A redemption; looked at again while something may still happen to it elsewhere: at a till, at the payment system. */
export function useRedemption(id: string) {
  return useQuery({
    queryKey: ["redemptions", "one", id],
    queryFn: () => data(api.GET("/v1/redemptions/{id}", { params: { path: { id } } })),
    refetchInterval: ({ state }) => {
      if (state.data?.state === "awaiting_payment") return WAITING_MS;
      return state.data?.state === "open" ? OPEN_MS : false;
    },
    refetchOnWindowFocus: "always",
  });
}

/** What a member may do about a redemption. */
export type Act =
  { what: "cancel" } | { what: "confirm" } | { what: "return"; defect: boolean; exchange: boolean; pickUp: boolean };

/** Cancels, confirms or returns. `key` is the attempt's: sent again, it counts once. */
export function useAct(id: string) {
  return useMutation({
    mutationFn: ({ act, key }: { act: Act; key: string }) => {
      const params = { path: { id }, header: { "Idempotency-Key": key } };
      switch (act.what) {
        case "cancel":
          return data(api.POST("/v1/redemptions/{id}/cancel", { params }));
        case "confirm":
          return data(api.POST("/v1/redemptions/{id}/confirm", { params }));
        case "return":
          return data(
            api.POST("/v1/redemptions/{id}/return", {
              params,
              body: { defect: act.defect, exchange: act.defect && act.exchange, pick_up: act.pickUp },
            }),
          );
      }
    },
    onSuccess: (changed) => {
      queries.setQueryData(["redemptions", "one", id], changed);
      for (const key of ["wallet", "entries", "shelf", "reward", "redemptions"]) {
        void queries.invalidateQueries({ queryKey: [key] });
      }
    },
    // No answer came: what is shown next is what became of it.
    onError: () => void queries.invalidateQueries({ queryKey: ["redemptions"] }),
  });
}
