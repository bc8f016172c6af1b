import type { components } from "@jifen/api";
import type { Say } from "./language.tsx";

/** Points that became a reward, or are about to. */
export type Redemption = components["schemas"]["Redemption"];

/** A page of redemptions. */
export type RedemptionPage = components["schemas"]["RedemptionPage"];

/** Where a redemption stands, with the color that goes with it. */
export function redemptionWord({ state, ship_by, handed_at }: Redemption, say: Say): { text: string; color: string } {
  if (state === "open" && ship_by && !handed_at) return { text: say("待发货", "To be sent"), color: "orange" };
  const words: Record<string, [string, string, string]> = {
    awaiting_payment: ["待付款", "Awaits payment", "gold"],
    canceled: ["已取消", "Canceled", "default"],
    expired: ["已过期", "Lapsed", "default"],
    failed: ["付款失败", "Payment failed", "red"],
    fulfilled: ["已完成", "Done", "green"],
    open: ["可使用", "Ready", "blue"],
    returned: ["已退回", "Returned", "default"],
    to_confirm: ["待会员确认", "Awaits the member", "gold"],
  };
  const [zh, en, color] = words[state] ?? [state, state, "default"];
  return { text: say(zh, en), color };
}

/** How it comes to the member. */
export function deliveryWord(delivery: string, say: Say): string {
  const words: Record<string, [string, string]> = {
    electronic: ["电子码", "Code"],
    express: ["同城速递", "City courier"],
    pick_up: ["门店自提", "Pick-up"],
    ship: ["快递", "Parcel"],
  };
  const word = words[delivery];
  return word ? say(...word) : delivery;
}

/** Where a voucher stands, with the color that goes with it. */
export function voucherWord(state: string, say: Say): { text: string; color: string } {
  const words: Record<string, [string, string, string]> = {
    lapsed: ["已过期", "Lapsed", "default"],
    open: ["可使用", "Ready", "green"],
    used: ["已核销", "Used", "blue"],
    void: ["已作废", "Void", "red"],
  };
  const [zh, en, color] = words[state] ?? [state, state, "default"];
  return { text: say(zh, en), color };
}
