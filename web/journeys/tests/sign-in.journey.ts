import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browser, open } from "../src/browser.ts";
import { Server } from "../src/server.ts";

let server: Server;
let chromium: Browser;
let page: Page;

beforeAll(async () => {
  [server, chromium] = await Promise.all([Server.start(), browser()]);
  await server.get("POST", "/v1/members", { id: "lin", name: "林", phone: "13812345678" });
  await server.pays("lin", "1001", [["daily", 4600]]);
  page = (await open(chromium)).page;
});

afterAll(async () => {
  await chromium.close();
  await server.stop();
});

/** The newest message that went to somebody, as the sandbox shows it. */
async function newestMessage(): Promise<string> {
  const { data } = await server.get<{ data: { at: string; text: string }[] }>("GET", "/v1/sandbox/messages");
  const newest = [...data].sort((one, other) => Date.parse(other.at) - Date.parse(one.at))[0];
  if (!newest) throw new Error("no message went out");
  return newest.text;
}

describe("a member without the shop's app", () => {
  it("comes in by a code that was sent to their phone, stays in, and goes out", async () => {
    await page.goto(server.url);
    await page.getByLabel("手机号或邮箱").fill("138 1234 5678");
    await page.getByRole("button", { name: "获取验证码" }).click();
    await page.getByLabel("验证码").fill("000000");
    await page.getByRole("button", { name: "登录" }).click();
    await page.getByRole("alert").waitFor();

    const code = /\b\d{6}\b/.exec(await newestMessage())?.[0] ?? "";
    await page.getByLabel("验证码").fill(code);
    await page.getByRole("button", { name: "登录" }).click();
    await page.locator(".balance .big").getByText("46").waitFor();

    const cookies = await page.context().cookies();
    expect(cookies.find(({ name }) => name === "jifen_session")).toMatchObject({ httpOnly: true, sameSite: "Strict" });
    await page.reload();
    await page.locator(".balance .big").getByText("46").waitFor();

    await page.getByRole("link", { name: "我的", exact: true }).click();
    await page.getByRole("button", { name: "退出登录" }).click();
    await page.getByRole("heading", { name: "登录查看积分" }).waitFor();
    expect((await page.context().cookies()).filter(({ name, value }) => name === "jifen_session" && value)).toEqual([]);
  });
});
