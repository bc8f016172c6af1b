import { useQuery } from "@tanstack/react-query";
import { get, send } from "../../shared/http.ts";
import type { Redemption, RedemptionPage } from "../../shared/redemption.ts";

/** Redemptions of all members that stand somewhere; the most urgent first where something is to happen. */
export function useRedemptions(state: string, cursor: string) {
  return useQuery({
    queryKey: ["redemptions", state, cursor],
    queryFn: () => get<RedemptionPage>("/v1/redemptions", { query: { state, cursor } }),
    refetchInterval: 10_000,
  });
}

function path(id: string): string {
  return `/v1/redemptions/${encodeURIComponent(id)}`;
}

/** One redemption. */
export function useRedemption(id: string) {
  return useQuery({
    queryKey: ["redemptions", "one", id],
    queryFn: () => get<Redemption>(path(id)),
    enabled: id !== "",
  });
}

/** What a desk does with a redemption. */
export type Step =
  | { verb: "send"; body: { tracking?: string } }
  | { verb: "cancel"; body: { reason: string } }
  | { verb: "return"; body: { reason: string; defect: boolean } };

/** Does it; under one key it counts once. */
export function take(id: string, { verb, body }: Step, key: string): Promise<Redemption> {
  return send("POST", `${path(id)}/${verb}`, { body, headers: { "Idempotency-Key": key } });
}
