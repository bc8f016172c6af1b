import { expect, it } from "vitest";
import { browser } from "../src/browser.ts";
import { Server } from "../src/server.ts";
import { pictures } from "../src/shots.ts";
import { settled } from "../src/walk.ts";

interface Made {
  id: string;
  vouchers: { code: string }[];
}

it("redeeming", async () => {
  const [server, chromium] = await Promise.all([Server.start(), browser()]);
  try {
    const yuan = (amount: number) => ({ amount, currency: "CNY" });
    const reward = async (id: string, zh: string, en: string, points: number, more: Record<string, unknown> = {}) => {
      const name = { zh, en };
      await server.get("POST", "/v1/rewards", { id, name, kind: "goods", category: "daily", points, ...more });
    };
    await reward("lamp", "护眼台灯（可调光，含适配器）", "Reading lamp with dimmer and adapter", 1000, {
      stock: 20,
      tags: ["居家", "春季"],
      value: yuan(1200),
    });
    await reward("towel", "纯棉毛巾", "Cotton towel", 200, { stock: 3, tags: ["居家"], value: yuan(290) });
    await reward("coupon", "满百减十优惠券", "Ten yuan off a hundred", 500, { kind: "coupon", value: yuan(1000) });
    await reward("mug", "联名马克杯", "Co-branded mug", 800, { limited: true, stock: 10, value: yuan(900) });
    await reward("cake", "生日蛋糕券", "Birthday cake", 300, { kind: "coupon", birthday_only: true });
    await reward("kettle", "电热水壶", "Electric kettle", 1900, { stock: 0, value: yuan(2500) });
    const now = await server.now();
    const birthday = `1990-${now.slice(5, 7)}-15`;
    await server.get("POST", "/v1/members", { id: "lin", name: "林晓", phone: "13812345678", birthday });
    await server.get("PUT", "/v1/members/lin/tier", { tier: "gold", reason: "图片" });
    const give = { unit: "points", points: 3200, reason: "开始" };
    await server.get("POST", "/v1/members/lin/adjustments", give, { key: "give" });
    await server.get("POST", "/v1/members", { id: "wang", name: "王" });
    await server.get("POST", "/v1/members/wang/adjustments", { ...give, points: 300 }, { key: "give-wang" });

    const redeem = async (of: string, more: Record<string, unknown> = {}): Promise<Made> => {
      const quote = await server.get<{ id: string }>("POST", "/v1/quotes", { member: "lin", reward: of, ...more });
      return server.get<Made>("POST", "/v1/redemptions", { quote: quote.id });
    };
    const picked = await redeem("lamp");
    const sent = await redeem("towel", { delivery: "ship" });
    await server.get("POST", `/v1/redemptions/${sent.id}/send`, { tracking: "SF1234567890123" });
    const canceled = await redeem("towel");
    await server.get("POST", `/v1/redemptions/${canceled.id}/cancel`, {});
    const paying = await redeem("lamp", { cash: yuan(200) });
    const used = await redeem("coupon");
    const till = { store: "s319", reference: "till-1" };
    await server.get("POST", `/v1/vouchers/${used.vouchers[0]?.code}/use`, till);

    const scopes = ["members:identify"];
    const kiosk = await server.get<{ token: string }>("POST", "/v1/clients", { id: "kiosk", name: "kiosk", scopes });
    const token = await server.tokenOf("lin");
    const poor = await server.tokenOf("wang");
    const wide = await pictures(chromium, "redeem", async (page, shoot) => {
      const at = async (path: string, name: string) => {
        await page.goto(`${server.url}${path}`);
        await page.locator("h1").waitFor();
        await shoot(name);
      };
      await at(`/#token=${token}`, "wallet");
      await at("/redeem", "shelf");
      await at("/redeem?sort=value&zone=priority", "shelf-priority");
      await at("/redeem?zone=birthday", "shelf-birthday");
      await at("/redeem/lamp", "reward");
      for (const more of await page.locator("details summary").all()) await more.click();
      await shoot("reward-open");
      await page.locator(".buy").click();
      await page.getByRole("dialog").getByRole("slider").waitFor();
      await settled(page);
      await shoot("confirm");
      await at("/redeem/kettle", "sold-out");
      await at("/redeem/simulate", "simulator");
      await at("/redemptions", "redemptions");
      await at(`/redemptions/${picked.id}?new`, "redemption-new");
      await at(`/redemptions/${sent.id}`, "redemption-sent");
      await at(`/redemptions/${paying.id}`, "redemption-paying");
      await at(`/redemptions/${used.id}`, "redemption-used");
      await page.locator(".actions button").first().click();
      await shoot("return");
      await at("/card", "card");
      await page.goto(`${server.url}/settings`);
      await page.getByRole("switch").check();
      await at("/redeem", "plain-shelf");
      await at("/redeem/lamp", "plain-reward");
      await page.locator(".buy").click();
      await page.getByRole("dialog").locator(".lead").waitFor();
      await shoot("plain-confirm");
      await at(`/redemptions/${picked.id}`, "plain-redemption");
      await page.goto(`${server.url}/settings`);
      await page.getByRole("switch").uncheck();
      await page.goto("about:blank");
      await at(`/redeem/coupon#token=${poor}`, "short");
      await at("/kiosk", "kiosk-set-up");
      await page.locator("input").fill(kiosk.token);
      await page.locator("form .button").click();
      await page.locator(".lead").waitFor();
      await shoot("kiosk");
      const { card } = await server.get<{ card: string }>("POST", "/v1/members/lin/cards");
      await page.locator("input").fill(card);
      await page.keyboard.press("Enter");
      await page.locator(".item").first().waitFor();
      await shoot("kiosk-shelf");
      await page.locator(".item button").first().click();
      await page.locator(".buy").waitFor();
      await shoot("kiosk-reward");
    });
    expect(wide).toEqual([]);
  } finally {
    await chromium.close();
    await server.stop();
  }
});
