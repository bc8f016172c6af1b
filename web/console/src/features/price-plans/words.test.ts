import { expect, it } from "vitest";
import { percentOf } from "./words.ts";

it.each([
  ["1.200000", "+20%"],
  ["0.950000", "−5%"],
  ["1.125000", "+12.5%"],
  ["1", "0%"],
  ["0.9985", "−0.2%"],
  ["2.000000", "+100%"],
])("a factor of %s is %s", (factor, shown) => {
  expect(percentOf(factor)).toBe(shown);
});
