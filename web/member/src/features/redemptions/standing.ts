import type { Redemption } from "./data.ts";

/** Where a redemption stands, as its member would say it. */
export type Standing =
  | "awaiting_payment"
  | "to_confirm"
  | "usable"
  | "pick_up"
  | "to_send"
  | "sent"
  | "fulfilled"
  | "canceled"
  | "returned"
  | "expired"
  | "failed";

const AS_THEY_ARE = ["awaiting_payment", "to_confirm", "canceled", "returned", "expired", "failed"] as const;

/** Where a redemption stands; what is open differs by how it comes. */
export function standingOf({ state, delivery, handed_at, tracking }: Redemption): Standing {
  const plain = AS_THEY_ARE.find((one) => one === state);
  if (plain) return plain;
  const isSent = delivery === "ship" || delivery === "express";
  if (state === "fulfilled") return isSent && (tracking != null || handed_at != null) ? "sent" : "fulfilled";
  if (isSent) return handed_at == null ? "to_send" : "sent";
  return delivery === "pick_up" ? "pick_up" : "usable";
}

/** Whether something is still to happen. */
export function isOpen(standing: Standing): boolean {
  return ["awaiting_payment", "to_confirm", "usable", "pick_up", "to_send", "sent"].includes(standing);
}
