import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { open, seriousFindings } from "../src/browser.ts";
import { stage } from "../src/stage.ts";
import { settled } from "../src/walk.ts";

const NAME = "林 <img src=x onerror=\"document.title='hurt'\">";

const { server, blank, as } = await stage(async (server) => {
  await server.get("POST", "/v1/members", { id: "lin", name: NAME, phone: "13812345678" });
  await server.get("POST", "/v1/members", { id: "wang", name: "王", phone: "13912345678" });
  await server.pays("lin", "1001", [["daily", 4600]]);
});

/** Opens the app at the wallet, once it shows the number. */
async function wallet(member: string, options: Parameters<typeof open>[1] = {}): Promise<Page> {
  const page = await as(member, "/", options);
  await page.locator(".balance .big").waitFor();
  return page;
}

interface Wallet {
  units: { available: number; worth: { amount: number }; expiring: { at: string; points: number }[] }[];
}

async function balance(member: string) {
  const { units } = await server.get<Wallet>("GET", `/v1/members/${member}/wallet`);
  const unit = units[0];
  if (!unit) throw new Error("no unit");
  return unit;
}

/** The last day on which points can be used that lapse at an instant, as the app writes it. */
function lastDay(at: string): string {
  const day = new Intl.DateTimeFormat("zh-CN", { dateStyle: "long", timeZone: "Asia/Shanghai" });
  return day.format(new Date(Date.parse(at) - 1));
}

describe("a member", () => {
  // row MEM-01
  it("signs in from a shop's app and sees the number, its worth, what lapses next, and why 46 points came", async () => {
    const page = await wallet("lin");
    expect(page.url()).toBe(`${server.url}/`);
    const unit = await balance("lin");
    expect(unit.available).toBe(46);
    const card = await page.locator(".balance").innerText();
    expect(card).toContain("46 积分");
    expect(card).toContain("约合 ¥0.46");
    expect(card).toContain(`46 积分 有效至 ${lastDay(unit.expiring[0]?.at ?? "")}`);

    await page.getByRole("button", { name: "为什么：消费积分 +46" }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByText("第 1 版规则").waitFor();
    const why = await sheet.innerText();
    expect(why).toContain("消费46.00元，每1.00元得1积分，得46积分");
    expect(why).toContain("日用品消费");
    expect(why).toContain("1001");
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });
  });

  // row MEM-05
  it("follows points from where they came to what became of them", async () => {
    await server.get("POST", "/v1/members/lin/spend", {
      unit: "points",
      points: 6,
      reason: "咖啡",
      reference: "till-1",
    });
    const page = await wallet("lin");
    await page.getByRole("button", { name: "为什么：使用 −6" }).click();
    await page.getByRole("button", { name: "查看积分去向与来源" }).click();
    const trace = page.getByRole("dialog").locator(".trace");
    await trace.waitFor();
    expect(await trace.innerText()).toMatch(/来自[\s\S]*消费积分[\s\S]*订单 1001[\s\S]*6/);
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: "为什么：消费积分 +46" }).click();
    await page.getByRole("button", { name: "查看积分去向与来源" }).click();
    await trace.getByText("后来").waitFor();
    expect(await trace.innerText()).toMatch(/后来[\s\S]*可用[\s\S]*40[\s\S]*已使用[\s\S]*6/);
  });

  // row MEM-17
  it("sees the same number on the phone, in the browser and through the API, as soon as it changes", async () => {
    const phone = await wallet("lin");
    const desk = await wallet("lin", { viewport: { width: 1440, height: 900 } });
    await server.pays("lin", "1002", [["daily", 1000]]);
    const { available } = await balance("lin");
    for (const page of [phone, desk]) {
      // Coming back to the app is what a person does; the browser says so by this event.
      await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
      await page.locator(".balance .big").getByText(String(available), { exact: true }).waitFor();
    }
  });

  // row MEM-04
  it("reads the guide, works out what points are worth, and finds the rules from there", async () => {
    const page = await wallet("lin");
    await page.getByRole("link", { name: "怎么算的" }).click();
    await page.getByRole("heading", { name: "新手指南" }).waitFor();
    await page.getByText("100 积分相当于 ¥1.00").waitFor();
    await page.getByLabel("算一算").fill("12345");
    expect(await page.locator("output").innerText()).toBe("= ¥123.45");
    await page.getByLabel("算一算").fill("x");
    expect(await page.locator("output").innerText()).toBe("= ¥–");
    await page.getByRole("link", { name: "全部规则" }).click();
    await page.getByRole("heading", { name: "积分规则" }).waitFor();
  });

  it("sees a name with HTML in it as a name", async () => {
    const page = await wallet("lin");
    await page.getByRole("link", { name: "我的", exact: true }).click();
    await page.locator(".facts").getByText("<img src=x").waitFor();
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.title()).not.toBe("hurt");
  });

  it("chooses plain mode: large type, nothing cut off at 360 pixels", async () => {
    const page = await wallet("lin");
    await page.getByRole("link", { name: "我的", exact: true }).click();
    await page.getByRole("switch").check();
    for (const path of ["/", "/history", "/rules", "/guide", "/expiring", "/settings"]) {
      await page.goto(server.url + path);
      await page.locator("h1").waitFor();
      await settled(page);
      const seen = await page.evaluate(() => ({
        size: getComputedStyle(document.documentElement).fontSize,
        wide: document.documentElement.scrollWidth,
      }));
      expect(seen, path).toEqual({ size: "20px", wide: 360 });
    }
  });

  it("opens the app without a network and sees the last number and when it was", async () => {
    const page = await wallet("lin");
    const { available } = await balance("lin");
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await page.context().setOffline(true);
    await page.reload();
    await page.locator(".banner").getByText("当前没有网络").waitFor();
    await page.getByText(/显示的是 .+ 的积分/).waitFor();
    expect(await page.locator(".balance .big").innerText()).toContain(String(available));
    await page.context().setOffline(false);
    await page.reload();
    await page.locator(".banner").waitFor({ state: "detached" });
  });

  it("never sees what is another's", async () => {
    const token = await server.tokenOf("lin");
    for (const path of ["", "/wallet", "/entries", "/entries/1/trace"]) {
      const answer = await server.ask("GET", `/v1/members/wang${path}`, undefined, { token });
      expect(answer.status, path).toBe(403);
    }
    // On a phone that somebody else used before, the newcomer never sees the other's number.
    const page = await wallet("lin");
    await page.goto("about:blank");
    await page.goto(`${server.url}/#token=${await server.tokenOf("wang")}`);
    await page.locator(".balance .big").waitFor();
    expect(await page.locator(".balance .big").innerText()).toContain("0");
    const kept = await page.evaluate(() => localStorage.getItem("jifen.kept"));
    expect(kept).toContain('"wang"');
    expect(kept).not.toContain('"lin"');
  });

  it("signs out, and the device forgets", async () => {
    const page = await wallet("lin");
    await page.getByRole("link", { name: "我的", exact: true }).click();
    await page.getByRole("button", { name: "退出登录" }).click();
    await page.getByRole("heading", { name: "登录查看积分" }).waitFor();
    const left = await page.evaluate(() => [localStorage.getItem("jifen.kept"), sessionStorage.length]);
    expect(left).toEqual([null, 0]);
    await page.reload();
    await page.getByRole("heading", { name: "登录查看积分" }).waitFor();
  });
});

describe("axe finds nothing serious", () => {
  const looks = [
    { name: "light", colorScheme: "light" as const, locale: "zh-CN" },
    { name: "dark, in English", colorScheme: "dark" as const, locale: "en-US" },
  ];
  it.each(looks)("beside an amount, $name", async ({ colorScheme, locale }) => {
    const page = await wallet("lin", { colorScheme, locale });
    await page.goto(server.url);
    await page.locator(".entry .link").first().click();
    await page.getByRole("dialog").waitFor();
    expect(await seriousFindings(page), "why").toEqual([]);
  });

  it("on the way in", async () => {
    const page = await blank();
    await page.goto(server.url);
    await page.getByRole("heading", { name: "登录查看积分" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });
});
