import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { WORDS } from "./words.ts";

const CRATES = join(import.meta.dirname, "../../../../../crates");

/** Every source below a folder that is part of the program. */
function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "tests" || name === "target" ? [] : sources(path);
    return name.endsWith(".rs") && !name.includes("test") ? [path] : [];
  });
}

it("has words for every action that the program audits", () => {
  const actions = new Set(
    sources(CRATES).flatMap((path) =>
      [...readFileSync(path, "utf8").matchAll(/Line::new\(\s*"([^"]+)"/g)].map(([, action]) => action ?? ""),
    ),
  );
  expect(actions.size).toBeGreaterThan(20);
  expect([...actions].filter((action) => !(action in WORDS)).sort()).toEqual([]);
});
