import { type components, data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";
import type { MemberReward } from "./data.ts";

export type Delivery = components["schemas"]["Delivery"];

/** A slider that moves is asked about once it rests. */
const REST_MS = 300;

/** What a member wants of a reward. */
export interface Wish {
  pieces: number;
  /** Money that is to stand for points, in minor units. */
  cash: number;
  delivery: Delivery;
  /** The option of each choice. */
  options: Record<string, string>;
  /** The day it is booked for. */
  day: string | null;
}

/** The most pieces of one redemption that any program takes. */
const PIECES_MAX = 20;

/** How many pieces a member may ask for at once; the server has the last word. */
export function mostPieces({ remaining, points, terms }: Pick<MemberReward, "remaining" | "points" | "terms">): number {
  const byPoints = terms.points_max == null || points === 0 ? PIECES_MAX : Math.floor(terms.points_max / points);
  return Math.max(1, Math.min(PIECES_MAX, remaining ?? PIECES_MAX, terms.day_max ?? PIECES_MAX, byPoints));
}

/** Whether everything is chosen that a price takes. */
export function isComplete({ choices, booking }: Pick<MemberReward, "choices" | "booking">, wish: Wish): boolean {
  return choices.every(({ id }) => wish.options[id] !== undefined) && (booking == null || wish.day !== null);
}

/** A price of the server for a reward, asked for anew whenever what is wanted changes. */
export function useQuote(reward: MemberReward, wish: Wish) {
  const { id: member } = useMe();
  const rested = useRested(wish);
  const [round, setRound] = useState(0);
  const complete = isComplete(reward, rested);
  const query = useQuery({
    queryKey: ["quote", member, reward.id, rested, round],
    enabled: complete,
    queryFn: async () => {
      const { pieces, cash, delivery, options, day } = rested;
      const body = {
        member,
        reward: reward.id,
        delivery,
        ...(pieces > 1 ? { quantity: pieces } : {}),
        ...(cash > 0 ? { cash: { amount: cash, currency: reward.cash.currency } } : {}),
        ...(reward.choices.length > 0 ? { options } : {}),
        ...(day === null ? {} : { day }),
      };
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
    isStale: rested !== wish,
    /** Whether everything is chosen that a price takes. */
    isComplete: complete,
    error: query.error,
    again: () => setRound(round + 1),
  };
}

function useRested<T>(value: T): T {
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
