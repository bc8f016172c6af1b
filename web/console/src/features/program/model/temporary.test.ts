import { describe, expect, it } from "vitest";
import { factor, freshAward, kindOf, mainNumber, major, percent, type AwardKind } from "./award.ts";
import { items } from "./bundle.ts";
import { addTemporary } from "./temporary.ts";

const files = {
  "earning.yaml": `rules:
  # Daily goods.
  - id: daily
    name: { zh: 日用品, en: Daily goods }
    on: order.paid
    when: line.category == "daily"
    award: { per: line.amount, percent: 1% }
  - id: appliance
    name: { zh: 家电, en: Appliances }
    on: order.paid
    award: { per: line.amount, percent: 3% }
`,
};
const week = { from: "2026-06-01", until: "2026-06-07" };

// row PROG-14
describe("a temporary change", () => {
  it("from 1% to 2% for a week is a multiplier of two on the rule", () => {
    const after = addTemporary(files, { rule: "daily", to: 2, ...week });
    expect(after && items(after, "multipliers")).toEqual([
      {
        id: "daily-2026-06-01",
        name: { zh: "日用品 06-01–06-07 调整为 2%", en: "Daily goods: 2% on 06-01–06-07" },
        by: 2,
        rules: ["daily"],
        ...week,
      },
    ]);
    expect(after && items(after, "rules")).toEqual(items(files, "rules"));
    expect(after?.["earning.yaml"]).toContain("# Daily goods.");
  });

  it("from 3% to 4% is a rule that takes the other's place for those days", () => {
    const after = addTemporary(files, { rule: "appliance", to: 4, ...week });
    const rules = after ? items(after, "rules") : [];
    expect(rules.map((rule) => rule["id"])).toEqual(["daily", "appliance-2026-06-01", "appliance"]);
    expect(rules[1]).toMatchObject({ award: { per: "line.amount", percent: "4%" }, priority: 1, ...week });
    expect(rules[1]?.["exclusive"]).toBe(rules[2]?.["exclusive"]);
    expect(rules[2]).toMatchObject({ award: { percent: "3%" } });
  });

  it("is nothing when nothing changes or the rule is not there", () => {
    expect(addTemporary(files, { rule: "daily", to: 1, ...week })).toBeNull();
    expect(addTemporary(files, { rule: "gone", to: 2, ...week })).toBeNull();
  });
});

describe("awards", () => {
  it("finds exact factors only", () => {
    expect(factor(1, 2)).toBe(2);
    expect(factor(2, 1)).toBe(0.5);
    expect(factor(0.1, 0.3)).toBe(3);
    expect(factor(8, 1)).toBe(0.125);
    expect(factor(3, 4)).toBeNull();
    expect(factor(0, 4)).toBeNull();
  });

  it("knows every form it can begin", () => {
    const kinds: AwardKind[] = ["percent", "rate", "every", "steps", "fixed", "range", "ladder"];
    for (const kind of kinds) expect(kindOf(freshAward(kind, "CNY"))).toBe(kind);
    expect(kindOf({})).toBe("unknown");
    expect(mainNumber(freshAward("ladder", "CNY"))).toBeNull();
    expect(mainNumber(freshAward("every", "CNY"))?.value).toBe(50);
  });

  it("reads percentages and money", () => {
    expect(percent("1.5%")).toBe(1.5);
    expect(percent("x")).toBeNull();
    expect(major("12.50 CNY")).toBe(12.5);
    expect(major(3)).toBeNull();
  });
});
