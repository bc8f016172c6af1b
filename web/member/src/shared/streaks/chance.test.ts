import { expect, it } from "vitest";
import { chance } from "./StreakView.tsx";

it.each([
  [50_000, "5%"],
  [5_000, "0.5%"],
  [200_000, "20%"],
  [12_500, "1.25%"],
  [1_000_000, "100%"],
  [100, "0.01%"],
])("a chance of %i in a million is %s", (ppm, shown) => {
  expect(chance(ppm)).toBe(shown);
});
