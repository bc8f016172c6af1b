import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get, send } from "./http.ts";

type Schemas = components["schemas"];

/** A time at which a service can be had. */
export type Slot = Schemas["Slot"];

/** A time as it is set. */
export type NewSlot = Schemas["NewSlot"];

/** The time that a redemption has. */
export type Booking = Schemas["Booking"];

const of = (reward: string, what: "bookings" | "slots") => `/v1/rewards/${encodeURIComponent(reward)}/${what}`;

/** Times to come of a reward, earliest first. */
export function useSlots(reward: string) {
  return useQuery({
    queryKey: ["slots", reward],
    queryFn: async () => (await get<Schemas["SlotList"]>(of(reward, "slots"))).data,
    enabled: reward !== "",
  });
}

/** Who has booked a reward, those of the last days included. */
export function useBookings(reward: string) {
  return useQuery({
    queryKey: ["bookings", reward],
    queryFn: async () => (await get<Schemas["BookingList"]>(of(reward, "bookings"))).data,
    enabled: reward !== "",
    refetchInterval: 30_000,
  });
}

/** Sets times of a reward; those that are not named stay. */
export async function setSlots(reward: string, slots: NewSlot[], key: string): Promise<Slot[]> {
  const body = { slots };
  return (await send<Schemas["SlotList"]>("PUT", of(reward, "slots"), { body, headers: { "Idempotency-Key": key } }))
    .data;
}

/** What a desk does with a booking. */
export type BookingStep =
  | { verb: ""; body: { slot: string } }
  | { verb: "/cancel"; body: Record<string, never> }
  | { verb: "/end"; body: { missed: boolean } };

/** Does it; under one key it counts once. */
export function changeBooking(redemption: string, { verb, body }: BookingStep, key: string): Promise<Booking> {
  const path = `/v1/redemptions/${encodeURIComponent(redemption)}/booking${verb}`;
  return send("POST", path, { body, headers: { "Idempotency-Key": key } });
}
