import { describe, expect, it } from "vitest";
import { pointsForOne, worthOf } from "./worth.ts";

describe("what points are worth", () => {
  it("is exact, and never more than they would get", () => {
    expect(worthOf(46, "0.01")).toBe(46);
    expect(worthOf(1, "0.005")).toBe(0);
    expect(worthOf(3, "0.005")).toBe(1);
    expect(worthOf(7, "1")).toBe(700);
    // One more than a fraction of a computer can tell apart.
    expect(worthOf(900_719_925_474_099, "0.07")).toBe(6_305_039_478_318_693);
  });

  it("knows how many make one yuan, where that is a whole number", () => {
    expect(pointsForOne("0.01")).toBe(100);
    expect(pointsForOne("0.005")).toBe(200);
    expect(pointsForOne("1")).toBe(1);
    expect(pointsForOne("0.03")).toBeNull();
    expect(pointsForOne("0")).toBeNull();
  });
});
