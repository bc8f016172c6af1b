import { expect, it } from "vitest";
import { mean, shareOf } from "./counts.ts";

it("weighs each step by how many chose it", () => {
  expect(mean({ "5": 3, "2": 1 })).toBe(4.25);
  expect(mean({ "4": 0 })).toBeNull();
});

it("has no share of nothing", () => {
  expect(shareOf(0, 0)).toBe(0);
  expect(shareOf(1, 3)).toBe(33);
});
