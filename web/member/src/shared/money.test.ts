import { expect, it } from "vitest";
import { trimmed } from "./money.ts";

it.each([
  ["0.012500", "0.0125"],
  ["0.018018", "0.018"],
  ["0.010000", "0.01"],
  ["0.1", "0.10"],
  ["1", "1.00"],
  ["12.000000", "12.00"],
])("writes %s as %s", (decimal, shown) => {
  expect(trimmed(decimal)).toBe(shown);
});
