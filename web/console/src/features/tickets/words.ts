import type { components } from "@jifen/api";
import type { Say } from "../../shared/language.tsx";

type Ticket = components["schemas"]["Ticket"];

/** Where a ticket may stand. */
export const STATES = ["waiting", "answered", "closed"] as const;

/** What may come of a ticket. */
export const RESULTS = ["upheld", "partly_upheld", "declined", "settled"] as const;

/** Where a ticket stands, with the color that goes with it. */
export function stateWord(state: string, say: Say): { text: string; color: string } {
  const words: Record<string, [string, string, string]> = {
    waiting: ["待答复", "Waiting", "gold"],
    answered: ["已答复，待办结", "Answered", "blue"],
    closed: ["已办结", "Settled", "green"],
  };
  const [zh, en, color] = words[state] ?? [state, state, "default"];
  return { text: say(zh, en), color };
}

/** What came of a ticket. */
export function resultWord(result: string, say: Say): string {
  const words: Record<string, [string, string]> = {
    upheld: ["成立", "Upheld"],
    partly_upheld: ["部分成立", "Partly upheld"],
    declined: ["不成立", "Declined"],
    settled: ["已解决", "Settled"],
  };
  const word = words[result];
  return word ? say(...word) : result;
}

/** What a ticket is about. */
export function aboutWord(about: NonNullable<Ticket["about"]>, say: Say): string {
  const id = about.id ?? "";
  const words: Record<string, [string, string]> = {
    entry: [`积分变动第 ${id} 笔`, `change of points no. ${id}`],
    freeze: ["积分冻结", "the freeze of their points"],
    order: [`订单 ${id}`, `order ${id}`],
    redemption: [`兑换 ${id}`, `redemption ${id}`],
  };
  const word = words[about.of];
  return word ? say(...word) : `${about.of} ${id}`;
}
