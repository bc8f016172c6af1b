import { expect, it } from "vitest";
import { daysBetween } from "./days.ts";

it("counts days over the ends of months and years, and over changes of the clock", () => {
  expect(daysBetween("2026-12-31", "2027-01-01")).toBe(1);
  expect(daysBetween("2026-03-01", "2026-04-01")).toBe(31);
  expect(daysBetween("2026-06-18", "2026-06-18")).toBe(0);
});
