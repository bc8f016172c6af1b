import type { Item, Plain } from "./bundle.ts";

/** The forms an award takes. */
export type AwardKind = "percent" | "rate" | "every" | "steps" | "fixed" | "range" | "ladder" | "unknown";

/** An award as its keys say. */
export type Award = Record<string, Plain>;

function isObject(value: Plain | undefined): value is Award {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The award of a rule. */
export function awardOf(rule: Item): Award {
  const award = rule["award"];
  return isObject(award) ? award : {};
}

/** Which form an award has. */
export function kindOf(award: Award): AwardKind {
  if ("percent" in award) return "percent";
  if ("ladder" in award) return "ladder";
  if ("steps" in award) return "steps";
  if ("every" in award) return "every";
  if ("per" in award && "points" in award) return "rate";
  if (isObject(award["points"])) return "range";
  if ("points" in award) return "fixed";
  return "unknown";
}

/** An award of a form, to begin with. */
export function freshAward(kind: AwardKind, currency: string): Award {
  switch (kind) {
    case "percent":
      return { per: "line.amount", percent: "1%" };
    case "rate":
      return { per: "line.amount", points: 1, each: `1.00 ${currency}` };
    case "every":
      return { per: "order.amount", every: `100.00 ${currency}`, points: 50 };
    case "steps":
      return {
        per: "order.amount",
        each: `1.00 ${currency}`,
        steps: [
          { from: `0.00 ${currency}`, points: 1 },
          { from: `200.00 ${currency}`, points: 1.5 },
        ],
      };
    case "range":
      return { points: { from: 1, to: 10 } };
    case "ladder":
      return { ladder: { by: "streak.sign_in", steps: { 1: 10, 3: 15, 7: 50 } } };
    case "fixed":
    case "unknown":
      return { points: 10 };
  }
}

/** A percentage as a number: `2%` is 2. */
export function percent(value: Plain | undefined): number | null {
  const match = typeof value === "string" ? /^(\d+(?:\.\d+)?) ?%$/.exec(value) : null;
  return match?.[1] ? Number(match[1]) : null;
}

/** Money as a number of major units: `1.00 CNY` is 1. */
export function major(value: Plain | undefined): number | null {
  const match = typeof value === "string" ? /^(-?\d+(?:\.\d+)?) [A-Z]{3}$/.exec(value) : null;
  return match?.[1] ? Number(match[1]) : null;
}

/** The number that a temporary raise changes: the percentage or the points, and whether it is a percentage. */
export function mainNumber(award: Award): { value: number; isPercent: boolean; path: string[] } | null {
  const kind = kindOf(award);
  const share = percent(award["percent"]);
  if (kind === "percent" && share !== null) return { value: share, isPercent: true, path: ["percent"] };
  const points = award["points"];
  if ((kind === "rate" || kind === "every" || kind === "fixed") && typeof points === "number") {
    return { value: points, isPercent: false, path: ["points"] };
  }
  return null;
}

/** What one number times gives another, exactly and in few digits; nothing when there is no such number. */
export function factor(from: number, to: number): number | null {
  const digits = 6;
  const one = Math.round(from * 10 ** digits);
  const two = Math.round(to * 10 ** digits);
  if (one <= 0 || two < 0) return null;
  for (let places = 0; places <= 4; places += 1) {
    const scaled = two * 10 ** places;
    if (Number.isSafeInteger(scaled) && scaled % one === 0) return scaled / one / 10 ** places;
  }
  return null;
}
