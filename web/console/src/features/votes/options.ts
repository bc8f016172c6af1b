import type { components } from "@jifen/api";

/** The most options of a vote. */
export const OPTIONS_MAX = 20;

/** Options written one a line, the English name after a bar; empty lines are none. */
export function optionsOf(text: string): components["schemas"]["NewOption"][] {
  return text
    .split("\n")
    .map((line) => line.split("|").map((part) => part.trim()))
    .filter(([zh]) => zh !== undefined && zh !== "")
    .map(([zh = "", en], at) => ({ id: `option-${at + 1}`, name: { zh, en: en || zh } }));
}
