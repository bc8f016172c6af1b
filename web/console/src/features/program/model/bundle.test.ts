import { describe, expect, it } from "vitest";
import { broken, freshId, insert, items, itemText, move, remove, replaceItem, set, setItem, spotAt } from "./bundle.ts";

const EARNING = `rules:
  # Rebates by kind of goods. 按品类返积分。
  - id: purchase-daily
    name: { zh: 日用品消费, en: Daily goods }
    on: order.paid
    when: line.category == "daily" # only these
    award: { per: line.amount, percent: 1% }
    multiply: [tier.earning_multiplier]
    unknown_key: stays

  # On top of everything else.
  - id: bonus
    name: { zh: 加赠, en: Bonus }
    on: order.paid
    during: ["06-16..06-18", "11-11"]
    award: { points: 200 }

# Campaigns.
multipliers:
  - { id: double, by: 2, rules: [purchase-daily] }
`;
const files = {
  "earning.yaml": EARNING,
  "tiers.yaml": "tiers:\n  - id: a # the lowest\n    earning_multiplier: 1.0\n",
};

// row PROG-14
describe("a rule book changed in place", () => {
  it("changes one value and keeps every comment and everything it does not know", () => {
    const after = setItem(files, "rules", 0, ["award", "percent"], "2%")["earning.yaml"] ?? "";
    expect(after).toContain("percent: 2%");
    expect(after).not.toContain("percent: 1%");
    for (const kept of [
      "# Rebates by kind of goods. 按品类返积分。",
      "# only these",
      "# On top of everything else.",
      "# Campaigns.",
      "unknown_key: stays",
      '"06-16..06-18"',
    ]) {
      expect(after).toContain(kept);
    }
    expect(items({ "earning.yaml": after }, "rules")[0]).toEqual({
      ...items(files, "rules")[0],
      award: { per: "line.amount", percent: "2%" },
    });
  });

  it("comes back the same when a change is undone by its opposite", () => {
    const there = setItem(files, "rules", 0, ["award", "percent"], "2%");
    const back = setItem(there, "rules", 0, ["award", "percent"], "1%");
    expect(items(back, "rules")).toEqual(items(files, "rules"));
    expect(items(back, "multipliers")).toEqual(items(files, "multipliers"));
  });

  it("moves a rule with its comment", () => {
    const after = move(files, "rules", 1, 0)["earning.yaml"] ?? "";
    expect(items({ "earning.yaml": after }, "rules").map((rule) => rule["id"])).toEqual(["bonus", "purchase-daily"]);
    expect(after.indexOf("# On top of everything else.")).toBeLessThan(after.indexOf("id: bonus"));
    expect(after.indexOf("id: bonus")).toBeLessThan(after.indexOf("# Rebates by kind of goods."));
  });

  it("inserts, removes and names", () => {
    const id = freshId(files, "rules", "bonus");
    expect(id).toBe("bonus-2");
    const more = insert(files, "rules", { id, on: "order.collected", award: { points: 5 } }, 1);
    expect(items(more, "rules").map((rule) => rule["id"])).toEqual(["purchase-daily", "bonus-2", "bonus"]);
    expect(items(remove(more, "rules", 1), "rules")).toEqual(items(files, "rules"));
    const caps = insert(files, "caps", { id: "earned", per: "day", points: 1000 });
    expect(items(caps, "caps")).toEqual([{ id: "earned", per: "day", points: 1000 }]);
    const none = remove(caps, "caps", 0);
    expect(items(none, "caps")).toEqual([]);
  });

  it("leaves a file alone that it cannot read", () => {
    const bad = { "earning.yaml": "rules: [" };
    expect(broken(bad["earning.yaml"])?.line).toBe(1);
    expect(set(bad, "earning.yaml", ["rules"], [])).toBe(bad);
    expect(items(bad, "rules")).toEqual([]);
  });

  it("edits an item as text", () => {
    const text = itemText(files, "rules", 1);
    expect(text.startsWith("id: bonus")).toBe(true);
    const after = replaceItem(files, "rules", 1, text.replace("points: 200", "points: 300"));
    if (typeof after === "string") throw new Error(after);
    expect(items(after, "rules")[1]?.["award"]).toEqual({ points: 300 });
    expect(after["earning.yaml"]).toContain("# On top of everything else.");
    expect(typeof replaceItem(files, "rules", 1, "id: [")).toBe("string");
    expect(typeof replaceItem(files, "rules", 1, "- a")).toBe("string");
  });

  it("knows which field a line belongs to", () => {
    const lines = EARNING.split("\n");
    const line = lines.findIndex((text) => text.includes("percent: 1%")) + 1;
    const column = (lines[line - 1] ?? "").indexOf("1%") + 1;
    expect(spotAt(files, "earning.yaml", line, column)).toEqual({ list: "rules", at: 0, key: "award.percent" });
    const factor = lines.findIndex((text) => text.includes("id: double")) + 1;
    expect(spotAt(files, "earning.yaml", factor, 8)).toMatchObject({ list: "multipliers", at: 0 });
    expect(spotAt(files, "earning.yaml", 1, 1)).toBeNull();
  });

  it("writes tiers without touching the rest", () => {
    const after = setItem(files, "tiers", 0, ["earning_multiplier"], 1.2);
    expect(after["tiers.yaml"]).toContain("# the lowest");
    expect(items(after, "tiers")[0]?.["earning_multiplier"]).toBe(1.2);
  });
});
