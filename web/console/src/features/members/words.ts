import type { Say } from "../../shared/language.tsx";

/** How a movement of points is called. */
export function kindWord(kind: string, say: Say): string {
  const words: Record<string, [string, string]> = {
    adjust: ["调整", "Adjusted"],
    cancel: ["取消", "Canceled"],
    capture: ["核销", "Captured"],
    clear: ["清零", "Cleared"],
    convert: ["转换", "Converted"],
    earn: ["获得", "Earned"],
    expire: ["失效", "Lapsed"],
    extend: ["延长有效期", "Extended"],
    hold: ["预留", "Set aside"],
    open: ["期初", "Opening"],
    refund: ["退款扣回", "Refunded"],
    release: ["到账", "Became usable"],
    repay: ["补扣", "Repaid"],
    reverse: ["退回", "Given back"],
    spend: ["使用", "Spent"],
    shrink: ["沉睡减少", "Shrank asleep"],
    sleep: ["进入沉睡", "Fell asleep"],
    unhold: ["取消预留", "Set free"],
    wake: ["恢复", "Came back"],
  };
  const word = words[kind];
  return word ? say(...word) : kind;
}

/** How a state or account that points are in is called. */
export function placeWord(place: string, say: Say): string {
  const words: Record<string, [string, string]> = {
    available: ["可用", "available"],
    debt: ["欠分", "debt"],
    dormant: ["沉睡", "dormant"],
    expired: ["已失效", "lapsed"],
    forfeited: ["已收回", "forfeited"],
    held: ["预留", "set aside"],
    issuing: ["发放", "issued"],
    pending: ["待到账", "pending"],
    redeemed: ["已使用", "spent"],
    shrunk: ["沉睡中减少", "shrunk asleep"],
    spent: ["已使用", "spent"],
  };
  const word = words[place];
  return word ? say(...word) : place;
}
