import { expect, it } from "vitest";
import { filled } from "./filled.ts";

it("writes words into their places and leaves open what has none", () => {
  const sample = "{name}，〔reason〕给您添麻烦了，〔day〕";
  expect(filled(sample, { reason: "系统升级", day: "" })).toBe("{name}，系统升级给您添麻烦了，〔day〕");
  expect(filled("Dear {name}, [reason] has caused you trouble.", { reason: "maintenance" })).toBe(
    "Dear {name}, maintenance has caused you trouble.",
  );
});
