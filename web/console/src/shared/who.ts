import type { Say } from "./language.tsx";

const WORDS: Record<string, [zh: string, en: string]> = {
  anyone: ["未登录者", "Not signed in"],
  "rule-book": ["按规则自动", "The rules"],
  sandbox: ["沙盒", "Sandbox"],
  seed: ["随安装建立", "The installation"],
  system: ["系统", "System"],
};

/** Who did something, as it is noted by who may do it: people and systems by their own names, the rest by what it is. */
export function whoWord(id: string, say: Say): string {
  const words = WORDS[id];
  return words ? say(...words) : id;
}
