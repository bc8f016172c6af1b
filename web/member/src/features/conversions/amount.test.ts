import { describe, expect, it } from "vitest";
import { isPossible, parts } from "./amount.ts";

const way = { points: 100, most: 500 };

describe("points to be converted", () => {
  it("are whole parts, and no more than there are", () => {
    for (const points of [100, 500]) expect(isPossible(way, points), `${points}`).toBe(true);
    for (const points of [0, -100, 50, 150, 600, 1e300, Number.NaN]) {
      expect(isPossible(way, points), `${points}`).toBe(false);
    }
  });

  it("become as many as the parts", () => {
    expect(parts(way, 300)).toBe(3);
  });
});
