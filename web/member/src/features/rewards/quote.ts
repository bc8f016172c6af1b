import { type components, data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";
import type { MemberReward } from "./data.ts";

export type Delivery = components["schemas"]["Delivery"];

/** A slider that moves is asked about once it rests. */
const REST_MS = 300;

/** A price of the server for a reward, asked for anew whenever what is wanted changes. */
export function useQuote(reward: MemberReward, cash: number, delivery: Delivery) {
  const { id: member } = useMe();
  const rested = useRested(cash);
  const [round, setRound] = useState(0);
  const query = useQuery({
    queryKey: ["quote", member, reward.id, rested, delivery, round],
    queryFn: async () => {
      const money = rested === 0 ? {} : { cash: { amount: rested, currency: reward.cash.currency } };
      const body = { member, reward: reward.id, delivery, ...money };
      const quote = await data(api.POST("/v1/quotes", { body }));
      // Counted from when it came, by this device's clock alone: no matter what the device believes the time is.
      return { quote, until: Date.now() + reward.terms.quote_minutes * 60_000 };
    },
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  return {
    data: query.data?.quote,
    until: query.data?.until ?? null,
    /** Whether what is shown is not what was chosen last. */
    isStale: rested !== cash,
    error: query.error,
    again: () => setRound(round + 1),
  };
}

function useRested(value: number): number {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const waiting = setTimeout(() => setRested(value), REST_MS);
    return () => clearTimeout(waiting);
  }, [value]);
  return rested;
}

/**
 * The least money with which the member's points suffice, in minor units: as much of the most money as the missing
 * points are of the points for it, rounded up. The server's quote has the last word.
 */
export function leastCash(reward: Pick<MemberReward, "points" | "wallet" | "terms" | "cash_for_missing">): number {
  return reward.points <= reward.wallet ? 0 : (reward.cash_for_missing?.amount ?? 0);
}

/** Steps of a slider that a thumb can hit: whole units where there are many, else tenths, else the smallest. */
export function stepOf(range: number): number {
  if (range >= 1_000) return 100;
  return range >= 100 ? 10 : 1;
}
