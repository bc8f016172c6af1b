import { describe, expect, it } from "vitest";
import { KINDS, OPERATORS, read, write } from "./condition.ts";

// row OPER-01
// row PROG-14
describe("conditions drawn and written", () => {
  const drawable = [
    'line.category == "daily"',
    'line.category in ["catering", "beauty"]',
    "order.amount >= 100000",
    "member.orders == 0",
    'member.orders == 0 && (channel == "app" || member.days <= 3)',
    'order.amount > 100 && !(line.category in ["daily"]) && tier.rank >= 1',
    '"vip" in member.tags',
    'store == "a \\"quoted\\" shop"',
    'channel == "app" && line.quantity > 1 || tier.id != "gold"'.replace(
      'channel == "app" && line.quantity > 1',
      '(channel == "app" && line.quantity > 1)',
    ),
  ];
  it.each(drawable)("%s comes back word for word", (text) => {
    const tree = read(text);
    expect(tree).not.toBeNull();
    if (tree) expect(write(tree)).toBe(text);
  });

  const texts = [
    'line.sku.startsWith("T")',
    "order.amount / 2 > 5",
    "!(member.days > 3)",
    "has(data.code)",
    "lines.exists(l, l.quantity > 2)",
    'channel == "app" && line.quantity > 1 || tier.id != "gold"',
    "100 < order.amount",
    "streak.sign_in >= 7",
    "order.amount >= 1.5",
    'line.category == "daily" &&',
    'line.category in ["daily",]',
    "line.quantity > -1",
  ];
  it.each(texts)("%s stays a text", (text) => {
    expect(read(text)).toBeNull();
  });

  it("draws nothing from nothing, and leaves unfinished comparisons out", () => {
    expect(read("  ")).toEqual({ combinator: "and", rules: [] });
    const half = { field: "line.category", operator: "=", value: "" };
    const whole = { field: "order.amount", operator: ">=", value: 5 };
    expect(write({ combinator: "and", rules: [half, whole] })).toBe("order.amount >= 5");
    expect(write({ combinator: "and", rules: [half] })).toBe("");
  });

  it("reads back whatever the builder can draw", () => {
    for (const [field, kind] of Object.entries(KINDS)) {
      for (const operator of OPERATORS[kind]) {
        const list = operator === "in" || operator === "notIn";
        const value = kind === "text" || kind === "list" ? (list ? ["a", 'b"\\'] : 'a"\\b') : 7;
        const text = write({
          combinator: "or",
          rules: [
            { field, operator, value },
            { field, operator, value },
          ],
        });
        expect(read(text), text).toEqual({
          combinator: "or",
          rules: [
            { field, operator, value },
            { field, operator, value },
          ],
        });
      }
    }
  });
});
