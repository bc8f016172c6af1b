import type { Say } from "../../shared/language.tsx";

const STATES: Record<string, [zh: string, en: string, color: string]> = {
  planning: ["生成中", "Being made", "blue"],
  proposed: ["待执行", "To be looked at", "gold"],
  running: ["执行中", "Running", "blue"],
  stopped: ["已停止", "Stopped", "orange"],
  done: ["已完成", "Done", "green"],
  dismissed: ["已驳回", "Dismissed", "default"],
};

/** Where an assessment stands, with the color that goes with it. */
export function stateWord(state: string, say: Say): { text: string; color: string } {
  const [zh, en, color] = STATES[state] ?? [state, state, "default"];
  return { text: say(zh, en), color };
}

const TURNS: Record<string, [zh: string, en: string]> = {
  falls: ["降级", "falls"],
  keeps: ["任务保级", "keeps it by a task"],
  rises: ["升级", "rises"],
  warned: ["降级预告", "is told of a fall"],
};

/** What happens to a member. */
export function turnWord(what: string, say: Say): string {
  const word = TURNS[what];
  return word ? say(...word) : what;
}
