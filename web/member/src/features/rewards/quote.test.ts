import { describe, expect, it } from "vitest";
import { percent } from "./Conditions.tsx";
import { stepOf } from "./quote.ts";

describe("a share", () => {
  it.each([
    ["0.1", "10"],
    ["0.05", "5"],
    ["0.125", "12.5"],
    ["0", "0"],
    ["1", "100"],
    ["0.10", "10"],
  ])("%s is %s percent", (share, shown) => {
    expect(percent(share)).toBe(shown);
  });
});

describe("the slider of money", () => {
  it("has steps that a thumb can hit", () => {
    expect([5_000, 1_000, 450, 60].map(stepOf)).toEqual([100, 100, 10, 1]);
  });
});
