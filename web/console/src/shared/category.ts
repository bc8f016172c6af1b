import type { Say } from "./language.tsx";

/** What a kind of goods is called in the programs that come along; others have no name but their own. */
export function categoryWord(category: string, say: Say): string {
  const words: Record<string, [string, string]> = {
    appliance: ["家电", "appliances"],
    daily: ["日用品", "daily goods"],
    digital: ["数码", "digital goods"],
    luxury: ["奢侈品", "luxury"],
  };
  const word = words[category];
  return word ? say(...word) : category;
}
