import { describe, expect, it } from "vitest";
import { catalog, fill, flaws, translator } from "./texts.ts";

describe("texts", () => {
  it("are looked up by key and filled", () => {
    const texts = catalog({ lapses: { zh: "{n} 积分将于 {day} 到期", en: "{n} points lapse on {day}" } });
    expect(translator(texts, "zh")("lapses", { n: 46, day: "12-31" })).toBe("46 积分将于 12-31 到期");
    expect(translator(texts, "en")("lapses", { n: 46, day: "12-31" })).toBe("46 points lapse on 12-31");
  });

  it("leave a placeholder alone that nobody filled", () => {
    expect(fill("{n} of {all}", { n: 1 })).toBe("1 of {all}");
  });

  it("are checked for what a compiler cannot see", () => {
    const wrong = flaws({
      a: { zh: "", en: "a" },
      b: { zh: "{n} 个", en: "{m} of them" },
      c: { zh: "好", en: "好" },
      d: { zh: "好", en: "Good!" },
      e: { zh: "{n} 个", en: "{n} of them" },
    });
    expect(wrong.map((flaw) => flaw.split(":")[0])).toEqual(["a", "b", "c", "d"]);
  });
});
