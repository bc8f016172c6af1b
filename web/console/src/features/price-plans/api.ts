import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get, send } from "../../shared/http.ts";

/** A plan of prices. */
export type PricePlan = components["schemas"]["PricePlan"];

/** What a rule proposes. */
export type Proposal = PricePlan["proposals"][number];

/** Plans, newest first. */
export function usePricePlans(cursor: string) {
  return useQuery({
    queryKey: ["price-plans", "list", cursor],
    queryFn: () => get<components["schemas"]["PricePlanPage"]>("/v1/price-plans", { query: { cursor } }),
  });
}

/** One plan. */
export function usePricePlan(id: string) {
  return useQuery({
    queryKey: ["price-plans", "one", id],
    queryFn: () => get<PricePlan>(`/v1/price-plans/${encodeURIComponent(id)}`),
    enabled: id !== "",
  });
}

/** Lets the rules look at the shelf and propose. */
export function makePricePlan(key: string): Promise<PricePlan> {
  return send("POST", "/v1/price-plans", { headers: { "Idempotency-Key": key } });
}

/** Carries a plan out, or dismisses it. */
export function decidePricePlan(id: string, verb: "carry-out" | "dismiss", key: string): Promise<PricePlan> {
  return send("POST", `/v1/price-plans/${encodeURIComponent(id)}/${verb}`, { headers: { "Idempotency-Key": key } });
}
