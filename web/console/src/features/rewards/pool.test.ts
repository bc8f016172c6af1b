import { expect, it } from "vitest";
import { parts } from "./pool.ts";

it("a file of codes is cut between lines, and nothing of it is lost", () => {
  const text = Array.from({ length: 100 }, (_, at) => `CODE-${at}`).join("\n");
  const cut = parts(text, 50);
  expect(cut.join("")).toBe(text);
  expect(cut.length).toBeGreaterThan(10);
  for (const part of cut)
    expect(
      part
        .trim()
        .split("\n")
        .every((line) => /^CODE-\d+$/.test(line)),
    ).toBe(true);
  expect(parts("")).toEqual([]);
  expect(parts("\n \n")).toEqual([]);
  expect(parts("A".repeat(80) + "\nB", 50)).toEqual(["A".repeat(80) + "\n", "B"]);
});
