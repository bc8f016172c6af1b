import type { Say } from "../../shared/language.tsx";

/** Where an event that waits for a person may stand. */
export const STATES = ["waiting", "accepted", "dismissed"] as const;

/** Where an event stands, with the color that goes with it. */
export function stateWord(state: string, say: Say): { text: string; color: string } {
  const words: Record<string, [string, string, string]> = {
    waiting: ["待审", "Waiting", "gold"],
    accepted: ["已计分", "Counted", "green"],
    dismissed: ["不计分", "Let go", "default"],
  };
  const [zh, en, color] = words[state] ?? [state, state, "default"];
  return { text: say(zh, en), color };
}

/** Why an event waits. */
export function reasonWord(reason: string, say: Say): string {
  if (reason === "late") return say("上报过晚", "It came late");
  if (reason === "large") return say("积分异常多", "It would bring unusually many points");
  return reason;
}
