import type { Say } from "../../shared/language.tsx";

const WORDS: Record<string, [zh: string, en: string, color: string, what: [string, string]]> = {
  low: ["库存低", "Low", "orange", ["请补货或让价格随稀缺上调。", "Restock, or let the price rise with scarcity."]],
  short: [
    "热门缺货",
    "In demand, few left",
    "red",
    ["兑得快、剩得少，请优先补货。", "It goes fast and few are left: restock first."],
  ],
  near_expiry: ["临近保质期", "Spoils soon", "orange", ["请安排促销或退回供应商。", "Promote it, or send it back."]],
  expired: ["已过保质期", "Spoiled", "red", ["请下架。", "Withdraw it."]],
  slow: ["滞销", "Slow", "gold", ["可在期限前退回供应商。", "It may go back to its supplier in time."]],
  over: ["应替换", "Had its time", "purple", ["长期少人兑换，请换新。", "Hardly taken for long: replace it."]],
  correct: [
    "需整改",
    "To be mended",
    "red",
    ["评价偏低，请与供应商核对。", "Members rate it badly: see to it with the supplier."],
  ],
  margin: ["毛利不足", "Thin margin", "orange", ["请重新议价或调整积分。", "Negotiate its cost, or its points."]],
};

/** What a flag says, its color, and what to do about it. */
export function flagWord(flag: string, say: Say): { text: string; color: string; what: string } {
  const word = WORDS[flag];
  if (!word) return { text: flag, color: "default", what: "" };
  const [zh, en, color, what] = word;
  return { text: say(zh, en), color, what: say(...what) };
}
