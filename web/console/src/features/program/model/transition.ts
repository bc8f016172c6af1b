import { set, valueAt, type Files } from "./bundle.ts";

const FILE = "changes.yaml";
const TOP = "transition";

/** Members who joined before a day keep earning by an earlier version until another day. */
export type KeptEarning = {
  version: number;
  joined_before: string;
  until: string;
};

/** Points that are no longer spent otherwise can still be redeemed until a day. */
export type KeptSpending = {
  units: string[];
  until: string;
};

/** What is kept for members who were there before; nothing where nothing is. */
export interface Transition {
  earning: KeptEarning | null;
  redeem: KeptSpending | null;
}

/** The transition that a bundle names. */
export function transitionOf(files: Files): Transition {
  const found = valueAt(files, FILE, [TOP]);
  if (typeof found !== "object" || found === null || Array.isArray(found)) return { earning: null, redeem: null };
  const { earning, redeem } = found as { earning?: Partial<KeptEarning>; redeem?: Partial<KeptSpending> };
  return {
    earning: earning
      ? { version: earning.version ?? 1, joined_before: earning.joined_before ?? "", until: earning.until ?? "" }
      : null,
    redeem: redeem ? { units: [redeem.units ?? []].flat(), until: redeem.until ?? "" } : null,
  };
}

/** Writes one of the two, or takes it out; without either there is no transition. */
export function setTransition<K extends keyof Transition>(files: Files, which: K, value: Transition[K]): Files {
  const next = { ...transitionOf(files), [which]: value };
  if (next.earning === null && next.redeem === null) return set(files, FILE, [TOP], undefined);
  const there = valueAt(files, FILE, [TOP]) !== undefined;
  if (there || value === null) return set(files, FILE, [TOP, which], value ?? undefined);
  return set(files, FILE, [TOP], { [which]: value });
}
