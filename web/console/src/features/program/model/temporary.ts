import { awardOf, factor, mainNumber, type Award } from "./award.ts";
import { freshId, insert, items, setItem, type Files, type Item, type Plain } from "./bundle.ts";

/** A change of a rule for some days. */
export interface Temporary {
  rule: string;
  /** The rate of those days, in the rule's own measure. */
  to: number;
  /** First and last day. */
  from: string;
  until: string;
}

/**
 * Writes a temporary change into a bundle. Where the new rate is the old one times a short number, it is a multiplier
 * on the rule; where it is not (3% to 4%), it is a second rule that takes the first one's place for those days.
 */
export function addTemporary(files: Files, { rule, to, from, until }: Temporary): Files | null {
  const at = items(files, "rules").findIndex((item) => item["id"] === rule);
  const base = items(files, "rules")[at];
  const number = base && mainNumber(awardOf(base));
  if (!base || !number || to === number.value) return null;
  const by = factor(number.value, to);
  const days = `${from.slice(5)}–${until.slice(5)}`;
  const measure = number.isPercent ? `${to}%` : `${to}`;
  const name = {
    zh: `${nameIn(base, "zh")} ${days} 调整为 ${measure}`,
    en: `${nameIn(base, "en")}: ${measure} on ${days}`,
  };
  if (by !== null) {
    const id = freshId(files, "multipliers", `${rule}-${from}`);
    return insert(files, "multipliers", { id, name, by, rules: [rule], from, until });
  }
  return replaced(files, at, base, name, { from, until, value: number.isPercent ? `${to}%` : to, path: number.path });
}

interface Replacement {
  from: string;
  until: string;
  value: Plain;
  path: string[];
}

function replaced(files: Files, at: number, base: Item, name: Plain, { from, until, value, path }: Replacement): Files {
  const rule = String(base["id"]);
  const group = typeof base["exclusive"] === "string" ? base["exclusive"] : `${rule}-rate`;
  const priority = typeof base["priority"] === "number" ? base["priority"] : 0;
  const award: Award = { ...awardOf(base), [path[0] ?? "points"]: value };
  const copy: Record<string, Plain> = {};
  for (const [key, kept] of Object.entries(base)) if (kept !== undefined) copy[key] = kept;
  Object.assign(copy, { id: freshId(files, "rules", `${rule}-${from}`), name, award, from, until });
  Object.assign(copy, { exclusive: group, priority: priority + 1 });
  const grouped = setItem(files, "rules", at, ["exclusive"], group);
  return insert(grouped, "rules", copy, at);
}

function nameIn(item: Item, language: "zh" | "en"): string {
  const name = item["name"];
  if (typeof name === "string") return name;
  if (typeof name === "object" && name !== null && !Array.isArray(name)) return String(name[language] ?? item["id"]);
  return String(item["id"]);
}
