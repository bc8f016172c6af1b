import type { Say } from "../../shared/language.tsx";

/** Where a wake-up stands, with the color that goes with it. */
export function stateWord(state: string, say: Say): { text: string; color: string } {
  const words: Record<string, [string, string, string]> = {
    running: ["进行中", "Running", "blue"],
    stopped: ["已停止", "Stopped", "orange"],
    done: ["已结束", "Over", "green"],
  };
  const [zh, en, color] = words[state] ?? [state, state, "default"];
  return { text: say(zh, en), color };
}
