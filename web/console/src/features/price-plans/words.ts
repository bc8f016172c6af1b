import type { Say } from "../../shared/language.tsx";
import type { PricePlan, Proposal } from "./api.ts";

const RULES: Record<string, [zh: string, en: string]> = {
  budget: ["预算", "Budget"],
  consumption: ["积分消耗", "Points spent"],
  cost_share: ["成本占比", "Share of the cost"],
  evaluation: ["定期评估", "Evaluation"],
  float: ["浮动价值", "Floating worth"],
  retire: ["淘汰", "Replacement"],
  satisfaction: ["满意度", "Satisfaction"],
  surge: ["需求激增", "Surge of demand"],
};

/** What a rule of plans is called. */
export function ruleWord(rule: string, say: Say): string {
  const word = RULES[rule];
  return word ? say(...word) : rule;
}

/** Where a plan stands, with the color that goes with it. */
export function stateWord(state: PricePlan["state"], say: Say): { text: string; color: string } {
  const words: Record<string, [string, string, string]> = {
    proposed: ["待决定", "To be decided", "gold"],
    carried_out: ["已执行", "Carried out", "green"],
    dismissed: ["已放弃", "Dismissed", "default"],
  };
  const [zh, en, color] = words[state] ?? [state, state, "default"];
  return { text: say(zh, en), color };
}

/** A factor such as `1.200000` as a change of the price: `+20%`. */
export function percentOf(factor: string): string {
  const [whole = "0", fraction = ""] = factor.split(".");
  const tenths = Number(`${whole}${fraction.padEnd(3, "0").slice(0, 3)}`) - 1000;
  const size = Math.abs(tenths);
  const digits = size % 10 === 0 ? `${size / 10}` : `${Math.floor(size / 10)}.${size % 10}`;
  if (tenths === 0) return "0%";
  return `${tenths > 0 ? "+" : "−"}${digits}%`;
}

/** What a proposal would do, in words. */
export function changeWord({ what, from, to, pieces }: Proposal, say: Say): string {
  switch (what) {
    case "price":
      return say(
        `价格系数 ${percentOf(from ?? "1")} → ${percentOf(to ?? "1")}`,
        `price ${percentOf(from ?? "1")} → ${percentOf(to ?? "1")} of what was set`,
      );
    case "supply":
      return say(`补货 ${pieces ?? 0} 件`, `buy ${pieces ?? 0} pieces more`);
    case "retire":
      return say("下架换新", "replace it");
    case "worth":
      return say(
        `每分价值 ${from ?? ""} → ${to ?? ""}，须改规则`,
        `a point is worth ${to ?? ""} instead of ${from ?? ""}, by a change of the rules`,
      );
    default:
      return what;
  }
}
