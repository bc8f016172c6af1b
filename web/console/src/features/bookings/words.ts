import type { Say } from "../../shared/language.tsx";

/** Where a booking stands, with the color that goes with it. */
export function stateWord(state: string, say: Say): { text: string; color: string } {
  const words: Record<string, [string, string, string]> = {
    booked: ["已预约", "Booked", "blue"],
    canceled: ["已取消", "Given up", "default"],
    done: ["已完成", "Done", "green"],
    missed: ["未到", "Did not come", "red"],
  };
  const [zh, en, color] = words[state] ?? [state, state, "default"];
  return { text: say(zh, en), color };
}
