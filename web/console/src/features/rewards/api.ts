import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get, send } from "../../shared/http.ts";

type Schemas = components["schemas"];

/** A reward as it was made, with its stock. */
export type Reward = Schemas["Reward"];

/** A reward with what it costs now and what the market did to its price. */
export type RewardDetail = Schemas["RewardDetail"];

/** What an operator says of a reward. */
export type NewReward = Schemas["NewReward"];

/** Filters of the list. */
export interface Filters {
  query: string;
  kind: string;
  state: string;
  cursor: string;
}

/** All rewards, hidden and withdrawn ones too. */
export function useRewards(filters: Filters) {
  return useQuery({
    queryKey: ["rewards", "list", filters],
    queryFn: () => get<Schemas["Inventory"]>("/v1/inventory", { query: { ...filters } }),
    refetchInterval: 15_000,
  });
}

/** What rules and tasks give of the shelf. */
export function useGifts() {
  return useQuery({
    queryKey: ["rewards", "gifts"],
    queryFn: () => get<Schemas["Gifts"]>("/v1/gifts"),
    refetchInterval: 60_000,
  });
}

function rewardPath(id: string): string {
  return `/v1/rewards/${encodeURIComponent(id)}`;
}

/** One reward. */
export function useReward(id: string) {
  return useQuery({
    queryKey: ["rewards", "one", id],
    queryFn: () => get<RewardDetail>(rewardPath(id)),
    enabled: id !== "",
    refetchInterval: 15_000,
  });
}

/** Puts a new reward on the shelf. */
export function createReward(body: NewReward, key: string): Promise<Reward> {
  return send("POST", "/v1/rewards", { body, headers: { "Idempotency-Key": key } });
}

/** Replaces what is said of a reward. */
export function changeReward(id: string, body: NewReward, key: string): Promise<Reward> {
  return send("PUT", rewardPath(id), { body, headers: { "Idempotency-Key": key } });
}

/**
 * What the server says of a reward and nobody may send back. The list is complete by its type: a field that the server
 * adds must be put here, or it goes along with every change.
 */
const ANSWERED: Record<Exclude<keyof RewardDetail, keyof NewReward>, true> = {
  best_before: true,
  changed_at: true,
  counted_at: true,
  created_at: true,
  low: true,
  now: true,
  prices: true,
  remaining: true,
  reserved: true,
  supplied: true,
  taken: true,
  unlocked_by: true,
};

/** A reward as it would have to be sent to stay as it is, its stock left alone. */
export function said(reward: RewardDetail): NewReward {
  const kept = Object.entries(reward).filter(
    ([name, value]) => !(name in ANSWERED) && name !== "stock" && value !== null && value !== undefined,
  );
  return Object.fromEntries(kept) as unknown as NewReward;
}
