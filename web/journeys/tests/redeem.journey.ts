import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { seriousFindings } from "../src/browser.ts";
import type { Server } from "../src/server.ts";
import { stage } from "../src/stage.ts";

interface Voucher {
  code: string;
  state: string;
}

interface Redemption {
  id: string;
  state: string;
  points: number;
  cash: { amount: number };
  vouchers: Voucher[];
}

/** Puts something on a server's shelf. */
const onShelf =
  (server: Server) =>
  async (id: string, zh: string, points: number, more: Record<string, unknown> = {}): Promise<void> => {
    const name = { zh, en: id };
    await server.get("POST", "/v1/rewards", { id, name, kind: "goods", category: "daily", points, ...more });
  };

async function member(id: string, points: number): Promise<void> {
  await server.get("POST", "/v1/members", { id, name: id });
  if (points === 0) return;
  const given = { unit: "points", points, reason: "开始" };
  await server.get("POST", `/v1/members/${id}/adjustments`, given, { key: `give-${id}` });
}

async function available(id: string): Promise<number> {
  const wallet = await server.get<{ units: { unit: string; available: number }[] }>("GET", `/v1/members/${id}/wallet`);
  return wallet.units.find(({ unit }) => unit === "points")?.available ?? 0;
}

async function redemptions(id: string): Promise<Redemption[]> {
  return (await server.get<{ data: Redemption[] }>("GET", `/v1/members/${id}/redemptions`)).data;
}

const { server, blank, as } = await stage(async (server) => {
  const reward = onShelf(server);
  await reward("lamp", "台灯", 1000, { stock: 20, tags: ["居家"], value: { amount: 1200, currency: "CNY" } });
  await reward("towel", "毛巾", 200, { stock: 3, tags: ["居家"] });
  await reward("coupon", "十元券", 500, { kind: "coupon", value: { amount: 1000, currency: "CNY" } });
});

/** What is confirmed, once the server has said the price. */
function confirmation(page: Page) {
  return page.getByRole("dialog").getByRole("button", { name: /^确认，支付/ });
}

describe("a member redeems", () => {
  // row RED-02
  // row RED-22
  it("with points and cash in three steps, shows the code, has it used at the till, and gives it back", async () => {
    await member("lin", 1_000);
    const page = await as("lin");
    await page.getByRole("link", { name: "立即兑换" }).click();
    // One: what. Two: how much of it in money. Three: yes.
    await page.getByRole("link", { name: "台灯" }).click();
    await page.getByRole("button", { name: "立即兑换 · 1,000 积分" }).click();
    const slider = page.getByRole("slider");
    await slider.focus();
    for (let step = 0; step < 20; step++) await page.keyboard.press("ArrowRight");
    await confirmation(page).getByText("确认，支付 800 积分 + ¥2.00").click();

    await page.getByText("待付款").first().waitFor();
    await page.getByText("付清 ¥2.00").waitFor();
    const [waiting] = await redemptions("lin");
    expect(waiting).toMatchObject({ state: "awaiting_payment", points: 800, cash: { amount: 200 } });
    // The page finds out by itself what the payment system says.
    const amount = { amount: 200, currency: "CNY" };
    const paid = { state: "paid", amount, reference: "pay-1" };
    const settled = await server.get<Redemption>("POST", `/v1/redemptions/${waiting?.id}/payment`, paid);
    const code = settled.vouchers[0]?.code ?? "";
    await page.locator(".code").getByText(code).waitFor();
    await page.getByRole("img", { name: `券码 ${code} 的二维码` }).waitFor();
    expect(await available("lin")).toBe(200);

    await server.get("POST", `/v1/vouchers/${code}/use`, { store: "s319", reference: "till-7-1" });
    await page.getByText("已使用").waitFor({ timeout: 20_000 });
    await page.getByRole("button", { name: "申请退回" }).click();
    await page.getByRole("button", { name: "确认退回" }).click();
    await page.getByText("已退回 800 积分").waitFor();
    await page.getByText("退款 ¥2.00 将原路退回").waitFor();
    expect(await available("lin")).toBe(1_000);
    await page.goto(`${server.url}/redemptions`);
    await page.getByText("已退回").waitFor();
  });

  it("cancels before anything was used, and the code counts no more", async () => {
    await member("han", 500);
    const page = await as("han", "/redeem/coupon");
    await page.getByRole("button", { name: "立即兑换 · 500 积分" }).click();
    await confirmation(page).click();
    await page.locator(".code").waitFor();
    const code = await page.locator(".code").innerText();
    await page.getByRole("button", { name: "取消兑换" }).click();
    await page.getByRole("button", { name: "确认取消" }).click();
    await page.getByText("这次兑换已取消").waitFor();
    expect(await available("han")).toBe(500);
    const used = await server.ask("POST", `/v1/vouchers/${code}/use`, { store: "s319", reference: "till-7-2" });
    expect(used.status).toBe(409);
  });

  // row RED-20
  it("who is short of points hears how much cash helps, and what else the points buy", async () => {
    await member("wang", 300);
    const page = await as("wang", "/redeem/coupon");
    await page.getByText("还差 200 积分").waitFor();
    await page.getByText("加 ¥2.00 现金，现在就能换。").waitFor();
    await page.locator(".note").getByRole("link", { name: "毛巾" }).waitFor();
    await page.getByRole("button", { name: "积分 + 现金兑换" }).click();
    expect(await page.getByRole("slider").getAttribute("min")).toBe("200");
    await confirmation(page).getByText("确认，支付 300 积分 + ¥2.00").waitFor();
    // What money may not make up for is not offered.
    await page.goto(`${server.url}/redeem/lamp`);
    await page.getByText("还差 700 积分").waitFor();
    expect(await page.getByRole("button", { name: /兑换/ }).count()).toBe(0);
  });

  it("never sees what another redeemed", async () => {
    await member("chen", 500);
    await member("zhou", 0);
    const quote = await server.get<{ id: string }>("POST", "/v1/quotes", { member: "chen", reward: "coupon" });
    const made = await server.get<Redemption>("POST", "/v1/redemptions", { quote: quote.id });
    const page = await as("zhou", `/redemptions/${made.id}`);
    await page.getByRole("alert").waitFor();
    expect(await page.locator("body").innerText()).not.toContain(made.vouchers[0]?.code);
    // Nor redeems with it.
    const token = await server.tokenOf("zhou");
    const stolen = await server.ask("POST", "/v1/redemptions", { quote: quote.id }, { token });
    expect(stolen.status).toBe(404);
    expect(stolen.body).not.toHaveProperty("vouchers");
    const undone = await server.ask("POST", `/v1/redemptions/${made.id}/cancel`, {}, { token });
    expect(undone.status).toBe(404);
  });

  it("asks for the price again when it lapsed meanwhile", async () => {
    await member("qian", 500);
    const page = await as("qian", "/redeem/coupon");
    await page.getByRole("button", { name: "立即兑换 · 500 积分" }).click();
    await confirmation(page).waitFor();
    await server.moveTo(new Date(Date.parse(await server.now()) + 16 * 60_000).toISOString());
    await confirmation(page).click();
    await page.getByRole("dialog").getByRole("alert").waitFor();
    expect(await redemptions("qian")).toEqual([]);
    await page.getByRole("button", { name: "重新询价" }).click();
    await confirmation(page).click();
    await page.locator(".code").waitFor();
    expect(await available("qian")).toBe(0);
  });

  it("presses twice and pays once, also when the answer is lost on the way", async () => {
    await member("zhao", 1_000);
    const page = await as("zhao", "/redeem/coupon");
    await page.getByRole("button", { name: "立即兑换 · 500 积分" }).click();
    await page.route("**/v1/redemptions", async (route) => {
      // It is carried out, and nobody hears of it.
      await route.fetch();
      await route.abort("connectionfailed");
    });
    await confirmation(page).dblclick();
    await page.locator(".code").waitFor({ timeout: 20_000 });
    expect(await redemptions("zhao")).toHaveLength(1);
    expect(await available("zhao")).toBe(500);
  });

  it("goes off-line before it was sent, learns that nothing happened, and goes on", async () => {
    await member("sun", 500);
    const page = await as("sun", "/redeem/coupon");
    await page.getByRole("button", { name: "立即兑换 · 500 积分" }).click();
    await confirmation(page).waitFor();
    await page.context().setOffline(true);
    await confirmation(page).click();
    await page.getByText("没有收到结果").waitFor();
    await page.context().setOffline(false);
    await page.getByText("没有兑换成功，积分没有变动，可以再试。").waitFor({ timeout: 20_000 });
    await confirmation(page).click();
    await page.locator(".code").waitFor();
    expect(await redemptions("sun")).toHaveLength(1);
  });

  // row RED-24
  it("in plain mode: one question, one answer", async () => {
    await member("wu", 700);
    const page = await as("wu", "/settings");
    await page.getByRole("switch").check();
    await page.goto(`${server.url}/redeem`);
    await page.getByRole("link", { name: "毛巾" }).click();
    await page.getByRole("button", { name: "立即兑换 · 200 积分" }).click();
    await page.getByText("用 200 积分换“毛巾”，好吗？").waitFor();
    await confirmation(page).click();
    await page.locator(".code").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  // row MEM-02
  // row MEM-03
  // row CAT-18
  // row CAT-19
  // row VAL-21
  it("sees what a point is worth, a ranking, what is left as it changes, and what other points would buy", async () => {
    await member("zheng", 100);
    const page = await as("zheng", "/redeem?sort=value");
    await page.getByText("现在 1 积分值 ¥0.01").waitFor();
    const coupon = page.locator(".item", { hasText: "十元券" });
    await coupon.getByText("划算榜第 1").waitFor();
    await coupon.getByText("1 积分换 ¥0.02").waitFor();
    const towel = page.locator(".item", { hasText: "毛巾" });
    const before = Number(/剩 (\d+) 件/.exec(await towel.innerText())?.[1]);
    const quote = await server.get<{ id: string }>("POST", "/v1/quotes", { member: "wang", reward: "towel" });
    await server.get("POST", "/v1/redemptions", { quote: quote.id });
    await towel.getByText(`剩 ${before - 1} 件`).waitFor({ timeout: 20_000 });
    await page.getByRole("link", { name: "算算能换什么" }).click();
    await page.getByLabel("积分数").fill("500");
    await page.locator(".item", { hasText: "十元券" }).waitFor();
    await page.locator(".item", { hasText: "台灯" }).waitFor({ state: "detached" });
    await page.getByLabel("积分数").fill("-1");
    await page.getByRole("alert").waitFor();
  });
});

describe("a kiosk", () => {
  /** The text of the card that the app shows. */
  async function cardOf(id: string): Promise<string> {
    const page = await blank();
    const token = await server.tokenOf(id);
    const [answer] = await Promise.all([
      page.waitForResponse(/\/cards$/),
      page.goto(`${server.url}/card#token=${token}`),
    ]);
    await page.getByRole("img", { name: "会员码的二维码" }).waitFor();
    return ((await answer.json()) as { card: string }).card;
  }

  // row PAY-07
  // row PAY-08
  // row MEM-18
  // row RED-03
  it("redeems for who shows a card, gives the code, and forgets them", async () => {
    await member("feng", 600);
    const scopes = ["members:identify"];
    const device = await server.get<{ token: string }>("POST", "/v1/clients", { id: "kiosk", name: "kiosk", scopes });
    const page = await blank({ viewport: { width: 1080, height: 1440 } });
    await page.clock.install();
    await page.goto(`${server.url}/kiosk`);
    await page.getByLabel("访问令牌").fill(device.token);
    await page.getByRole("button", { name: "启用" }).click();
    await page.getByText("请出示会员码").waitFor();

    const card = await cardOf("feng");
    const began = performance.now();
    // A reader types what it read, wherever the focus is, and presses Enter.
    await page.locator("h1").click();
    await page.keyboard.type(card);
    await page.keyboard.press("Enter");
    await page.getByText("您有 600 积分").waitFor();
    await page.getByRole("button", { name: /十元券/ }).click();
    await page.getByRole("button", { name: "立即兑换 · 500 积分" }).click();
    await page.clock.runFor(1_000);
    await confirmation(page).click();
    await page.locator(".code").waitFor();
    const code = await page.locator(".code").innerText();
    // Nothing to install, no form to fill in, nobody who looks anything up: far below ten minutes.
    expect(performance.now() - began).toBeLessThan(60_000);
    expect((await redemptions("feng"))[0]?.vouchers[0]?.code).toBe(code);
    expect(await seriousFindings(page)).toEqual([]);

    // Nobody touches it: it says so, and ends.
    await page.clock.runFor(50_000);
    await page.getByText("还在吗").waitFor();
    await page.clock.runFor(15_000);
    await page.getByText("请出示会员码").waitFor();
    expect(await page.locator("body").innerText()).not.toContain(code);
    const kept = await page.evaluate(() => [Object.keys(localStorage), Object.keys(sessionStorage)]);
    expect(kept).toEqual([["jifen.kiosk"], []]);

    // The same card again, as somebody would who looked over a shoulder.
    await page.keyboard.type(card);
    await page.keyboard.press("Enter");
    await page.getByText("会员码已失效").waitFor();
    // The kiosk itself is taken out of service.
    await server.get("DELETE", "/v1/clients/kiosk");
    await page.keyboard.type(await cardOf("feng"));
    await page.keyboard.press("Enter");
    await page.getByText("本机未授权").waitFor();
  });
});

describe("axe finds nothing serious", () => {
  const looks = [
    { name: "light", colorScheme: "light" as const, locale: "zh-CN" },
    { name: "dark, in English", colorScheme: "dark" as const, locale: "en-US" },
  ];
  it.each(looks)("at the kiosk and when confirming, $name", async ({ colorScheme, locale, name }) => {
    const who = `he-${name.length}`;
    await member(who, 1_000);
    const page = await as(who, "/redeem", { colorScheme, locale });
    await page.goto(`${server.url}/kiosk`);
    await page.locator("h1").waitFor();
    expect(await seriousFindings(page), "the kiosk").toEqual([]);
    await page.goto(`${server.url}/redeem/coupon`);
    await page.locator(".buy").click();
    await page.getByRole("dialog").getByRole("slider").waitFor();
    expect(await seriousFindings(page), "confirming").toEqual([]);
  });
});
