import { expect, it } from "vitest";
import { minorDigits, toMajor, toMinor } from "./money.ts";

it("money is read and written digit by digit", () => {
  expect([minorDigits("CNY"), minorDigits("JPY"), minorDigits("?")]).toEqual([2, 0, 2]);
  for (const [text, minor] of [
    ["0.29", 29],
    ["1.1", 110],
    ["12", 1200],
    ["12.", 1200],
    ["12.500", 1250],
    ["90071992547409.91", 9007199254740991],
  ] as const) {
    expect(toMinor(text, 2)).toBe(minor);
  }
  for (const wrong of ["", "1.005", "-1", "1,5", "1e3", "90071992547409.92"]) expect(toMinor(wrong, 2)).toBeNull();
  expect([toMajor(29, 2), toMajor(1200, 2), toMajor(-5, 2), toMajor(7, 0)]).toEqual(["0.29", "12.00", "-0.05", "7"]);
});
