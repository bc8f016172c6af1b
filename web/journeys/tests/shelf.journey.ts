import { describe, expect, it } from "vitest";
import { seriousFindings } from "../src/browser.ts";
import { stage } from "../src/stage.ts";

const { server, at } = await stage(async (server) => {
  await server.get("POST", "/v1/members", { id: "an", name: "安然" });
  await server.pays("an", "y-1", [["daily", 490_000]]);
  await server.get("PUT", "/v1/members/an/tier", { tier: "silver", reason: "老会员" });
});

/** Puts something on the shelf. */
async function reward(id: string, zh: string, more: Record<string, unknown>): Promise<void> {
  const body = { id, name: { zh, en: id }, kind: "goods", category: "daily", points: 100, ...more };
  await server.get("POST", "/v1/rewards", body);
}

/** The member redeems something. */
async function redeem(what: string, more: Record<string, unknown> = {}) {
  const quote = await server.get<{ id: string }>("POST", "/v1/quotes", { member: "an", reward: what, ...more });
  return server.get<{ id: string; vouchers: { code: string }[] }>("POST", "/v1/redemptions", { quote: quote.id });
}

describe("the shelf", () => {
  // row OPER-02
  it("a reward is made, priced, stocked and withdrawn", async () => {
    const lin = await at("lin");
    await lin.getByRole("menuitem", { name: "商品" }).click();
    await lin.getByText("货架还是空的").waitFor();
    await lin.getByRole("button", { name: "新增商品" }).first().click();
    const form = lin.getByRole("dialog", { name: "新增商品" });
    await form.getByLabel(/^编号/).fill("umbrella");
    await form.getByLabel("中文名称").fill("晴雨伞");
    await form.getByRole("button", { name: /保\s?存/ }).click();
    // What is missing is said beside the field, and nothing is sent.
    await form.getByText("请填写").first().waitFor();
    await form.getByLabel("英文名称").fill("Umbrella");
    await form.getByLabel("积分", { exact: true }).fill("500");
    await form.getByLabel("市场价值").fill("19.9");
    await form.getByLabel("库存件数").fill("10");
    await form.getByRole("button", { name: /保\s?存/ }).click();
    await lin.getByRole("heading", { level: 1, name: "晴雨伞" }).waitFor();
    await lin.getByTestId("price-now").getByText("500").waitFor();
    expect(await lin.getByTestId("stock-left").textContent()).toBe("10");
    const made = await server.get<{ value: { amount: number } }>("GET", "/v1/rewards/umbrella");
    expect(made.value.amount).toBe(1990);

    // Priced anew: by its worth, with money besides.
    await lin.getByRole("button", { name: /修\s?改/ }).click();
    const edit = lin.getByRole("dialog", { name: "修改 umbrella" });
    await edit.getByText("按价值折算").click();
    await edit.getByLabel("市场价值").fill("3");
    await edit.getByLabel("另付现金").fill("5.50");
    await edit.getByRole("button", { name: /保\s?存/ }).click();
    await lin.getByTestId("price-now").getByText("300").waitFor();
    expect(await lin.getByTestId("price-now").textContent()).toContain("¥5.50");

    // Counted: the pieces that are set aside cannot be counted away.
    await redeem("umbrella");
    await lin.getByRole("button", { name: /盘\s?点/ }).click();
    const count = lin.getByRole("dialog", { name: "盘点库存" });
    await count.getByLabel(/在库件数/).fill("0");
    await count.getByRole("button", { name: /保\s?存/ }).click();
    await count.getByRole("alert").waitFor();
    await count.getByLabel(/在库件数/).fill("40");
    await count.getByRole("button", { name: /保\s?存/ }).click();
    await lin.getByText("库存已更新").waitFor();
    await expect.poll(() => lin.getByTestId("stock-left").textContent()).toBe("39");

    await lin.getByRole("button", { name: /下\s?架/ }).click();
    const leave = lin.getByRole("dialog", { name: /下架“晴雨伞”/ });
    await leave.getByText("不再接受兑换").waitFor();
    await leave.getByRole("button", { name: /下\s?架/ }).click();
    await lin.getByText("已下架").first().waitFor();
    const again = await server.ask("POST", "/v1/quotes", { member: "an", reward: "umbrella" });
    expect(again.status).toBe(409);
    await lin.getByRole("menuitem", { name: "商品" }).click();
    await lin.getByText("已下架", { exact: true }).first().click();
    await lin.getByRole("link", { name: "晴雨伞" }).waitFor();
  });

  it("the desk sends what is due, and takes it back", async () => {
    await reward("cup", "马克杯", { stock: 5 });
    await redeem("cup", { delivery: "ship" });
    const lin = await at("lin");
    await lin.getByRole("menuitem", { name: "兑换" }).click();
    await lin.getByRole("button", { name: "马克杯" }).click();
    const drawer = lin.getByRole("dialog", { name: "兑换详情" });
    await drawer.getByRole("button", { name: "登记发货" }).click();
    const sending = lin.getByRole("dialog", { name: "登记发货" });
    await sending.getByLabel(/运单号/).fill("SF1234567890");
    await sending.getByRole("button", { name: /登\s?记/ }).click();
    await drawer.getByText("SF1234567890").waitFor();
    await drawer.getByRole("button", { name: "办理退回" }).click();
    const back = lin.getByRole("dialog", { name: "办理退回" });
    await back.getByText("至多 90 分").waitFor();
    await back.getByLabel("原因").fill("杯口有缺口");
    await back.getByLabel(/质量问题/).check();
    await back.getByRole("button", { name: /退\s?回/ }).click();
    await drawer.getByText("已退积分").waitFor();
    await lin.goto(`${server.url}/console/members/an?tab=redemptions`);
    await lin.getByText("已退回").first().waitFor();
  });
});

describe("the till", () => {
  it("a scanned voucher is used once; the second time it is said where and when", async () => {
    await reward("coffee", "咖啡券", { kind: "coupon" });
    const code = (await redeem("coffee")).vouchers[0]?.code ?? "";
    const till = await at("lin");
    await till.setViewportSize({ width: 360, height: 740 });
    await till.goto(`${server.url}/console/till`);
    await till.getByLabel("门店").fill("store-pudong-1");
    await till.keyboard.press("Escape");
    // A scanner is a keyboard that types quickly and ends with Enter.
    await till.getByLabel("扫描或输入券码").fill(code.toLowerCase().replaceAll("-", ""));
    await till.keyboard.press("Enter");
    await till.getByRole("region", { name: "券" }).getByText("咖啡券").waitFor();
    expect(await till.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    // The button has the focus: Enter uses it. The answer is lost once, and the use still counts once.
    await till.context().setOffline(true);
    await till.keyboard.press("Enter");
    await till.getByText("连不上服务器").first().waitFor();
    await till.context().setOffline(false);
    await till.getByRole("button", { name: /重\s?试/ }).click();
    await till.getByRole("region", { name: "核销结果" }).getByText("已核销").waitFor();
    await till.keyboard.press("Enter");

    await till.getByLabel("扫描或输入券码").fill(code);
    await till.keyboard.press("Enter");
    const card = till.getByRole("region", { name: "券" });
    await card.getByText(/已核销：/).waitFor();
    await card.getByText(/浦东世纪大道店/).waitFor();
    expect(await card.getByRole("button", { name: "核销", exact: true }).count()).toBe(0);
    expect(await seriousFindings(till)).toEqual([]);

    await till.getByRole("button", { name: "下一张" }).click();
    await till.getByLabel("扫描或输入券码").fill("000000-000000-000000");
    await till.keyboard.press("Enter");
    await till.getByText("没有这个券码").waitFor();
  });

  it("of two tills with one voucher the second hears where it went", async () => {
    await reward("tea", "茶券", { kind: "coupon" });
    const code = (await redeem("tea")).vouchers[0]?.code ?? "";
    const till = await at("lin");
    await till.goto(`${server.url}/console/till`);
    await till.getByLabel("门店").fill("store-pudong-1");
    await till.keyboard.press("Escape");
    await till.getByLabel("扫描或输入券码").fill(code);
    await till.keyboard.press("Enter");
    await till.getByRole("button", { name: /核\s?销/ }).waitFor();
    await server.get("POST", `/v1/vouchers/${code}/use`, { store: "store-xuhui-1", reference: "other-till" });
    await till.getByRole("button", { name: /核\s?销/ }).click();
    await till.getByRole("alert").getByText("这张券已经核销过").waitFor();
    await till
      .getByRole("alert")
      .getByText(/store-xuhui-1|徐汇/)
      .waitFor();
  });
});
