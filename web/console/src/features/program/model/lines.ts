import type { Files } from "./bundle.ts";

/** A line of two texts laid over each other. */
export interface Line {
  kind: "same" | "added" | "removed";
  text: string;
}

/** Compares two texts line by line: the longest common lines stay, the rest came or went. */
export function compare(before: string, after: string): Line[] {
  const one = before.split("\n");
  const two = after.split("\n");
  const lengths = common(one, two);
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < two.length) {
    const left = one[i];
    const right = two[j];
    if (left !== undefined && left === right) {
      lines.push({ kind: "same", text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      lines.push({ kind: "removed", text: left });
      i += 1;
    } else {
      lines.push({ kind: "added", text: right ?? "" });
      j += 1;
    }
  }
  return lines;
}

function at(table: number[][], i: number, j: number): number {
  return table[i]?.[j] ?? 0;
}

function common(one: string[], two: string[]): number[][] {
  const table = Array.from({ length: one.length + 1 }, () => new Array<number>(two.length + 1).fill(0));
  for (let i = one.length - 1; i >= 0; i -= 1) {
    const row = table[i];
    if (!row) continue;
    for (let j = two.length - 1; j >= 0; j -= 1) {
      row[j] = one[i] === two[j] ? at(table, i + 1, j + 1) + 1 : Math.max(at(table, i + 1, j), at(table, i, j + 1));
    }
  }
  return table;
}

/** Files that differ, by name. */
export function changedFiles(one: Files, two: Files): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(two)])].sort().filter((name) => one[name] !== two[name]);
}

/** Lays two changes of one beginning over each other, file by file; nothing when both changed the same file. */
export function mergeFiles(base: Files, mine: Files, theirs: Files): Files | null {
  const ours = changedFiles(base, mine);
  const others = new Set(changedFiles(base, theirs));
  if (ours.some((name) => others.has(name) && mine[name] !== theirs[name])) return null;
  const kept = Object.entries(theirs).filter(([name]) => !ours.includes(name));
  const changed = Object.entries(mine).filter(([name]) => ours.includes(name));
  return Object.fromEntries([...kept, ...changed]);
}
