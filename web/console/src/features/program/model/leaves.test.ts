import { expect, it } from "vitest";
import { set } from "./bundle.ts";
import { sections } from "./leaves.ts";

const TEXT = `# How points become rewards. 积分如何兑换。

# A quoted price holds for 15 minutes. 报价 15 分钟内有效。
quote_minutes: 15

# The most points of one redemption.
# 单次兑换积分上限。
points_max: { ordinary: 2000, silver: 5000 }
vouchers: { goods_days: 30, fee: 10% }
announce: [ in_app, sms ]
alerts:
  - id: cost
    below: 30%
`;

it("every plain value of a file is found, with what stands above its key", () => {
  const found = sections(TEXT);
  expect(found.map(({ key }) => key)).toEqual(["quote_minutes", "points_max", "vouchers", "announce", "alerts"]);
  expect(found[0]).toMatchObject({ zh: "报价 15 分钟内有效。", en: "A quoted price holds for 15 minutes." });
  expect(found[1]).toMatchObject({ zh: "单次兑换积分上限。", en: "The most points of one redemption." });
  expect(found.flatMap(({ key, leaves }) => leaves.map(({ label, value }) => [key, ...label, value]))).toEqual([
    ["quote_minutes", 15],
    ["points_max", "ordinary", 2000],
    ["points_max", "silver", 5000],
    ["vouchers", "goods_days", 30],
    ["vouchers", "fee", "10%"],
    ["announce", ["in_app", "sms"]],
    ["alerts", "cost", "below", "30%"],
  ]);
});

it("a value is written where it was found, and comments stay", () => {
  const leaf = sections(TEXT)[1]?.leaves[1];
  const next = set({ "rewards.yaml": TEXT }, "rewards.yaml", leaf?.path ?? [], 6000)["rewards.yaml"];
  expect(next).toBe(TEXT.replace("silver: 5000", "silver: 6000"));
  expect(sections("a: [")).toEqual([]);
});
