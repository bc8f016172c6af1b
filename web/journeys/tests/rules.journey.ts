import { readFileSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browser, open } from "../src/browser.ts";
import { Server } from "../src/server.ts";

const DAY_MS = 86_400_000;

let server: Server;
let chromium: Browser;
let page: Page;
let firstDay: string;

beforeAll(async () => {
  [server, chromium] = await Promise.all([Server.start(), browser()]);
  await server.get("POST", "/v1/members", { id: "lin", name: "林" });
  firstDay = await server.now();
  await server.pays("lin", "1001", [["daily", 4600]]);
  page = (await open(chromium)).page;
  await page.goto(`${server.url}/#token=${await server.tokenOf("lin")}`);
  await page.locator(".balance .big").waitFor();
});

afterAll(async () => {
  await chromium.close();
  await server.stop();
});

/** Publishes the rule book with one text of a file changed for another, and gives the version's number. */
async function publish(file: string, from: string, to: string): Promise<number> {
  const { files } = await server.get<{ files: Record<string, string> }>("GET", "/v1/program/bundle");
  const before = files[file] ?? "";
  expect(before).toContain(from);
  const changed = { ...files, [file]: before.replace(from, to) };
  const draft = await server.get<{ id: string }>("POST", "/v1/program/drafts", {
    note: "more for daily goods",
    files: changed,
  });
  const version = await server.get<{ version: number }>("POST", `/v1/program/drafts/${draft.id}/publish`, {
    note: "now",
  });
  return version.version;
}

const shownRules = () =>
  page
    .locator(".rule-section")
    .allInnerTexts()
    .then((texts) => texts.join("\n"));

describe("the rules", () => {
  // rows COMP-01, COMP-03
  it("disclose how points come, how they are used and how long they live, and say the key conditions first", async () => {
    await page.getByRole("link", { name: "规则", exact: true }).click();
    const key = page.getByRole("dialog", { name: "要点" });
    await key.waitFor();
    expect(await key.locator("strong").count()).toBeGreaterThan(2);
    await key.getByRole("button", { name: "我已阅读" }).click();
    await key.waitFor({ state: "hidden" });

    for (const heading of ["获取积分", "使用积分", "有效期"]) {
      await page.getByRole("heading", { name: heading, exact: true }).waitFor();
    }
    const bold = await page
      .locator(".rule-section strong")
      .first()
      .evaluate((found) => getComputedStyle(found).fontWeight);
    expect(Number(bold)).toBeGreaterThanOrEqual(600);
    await page.reload();
    await page.getByRole("heading", { name: "有效期", exact: true }).waitFor();
    expect(await key.isVisible()).toBe(false);
    await page.getByRole("button", { name: "查看要点" }).click();
    await key.waitFor();
    await page.keyboard.press("Escape");
  });

  // row COMP-07
  it("can be taken along as a PDF, by the member, at any time", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "下载 PDF" }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^rules-.*\.pdf$/);
    const bytes = readFileSync(await download.path());
    expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
    expect(bytes.length).toBeGreaterThan(5_000);
  });

  it("of an earlier day stay what they were when newer ones have come", async () => {
    expect(await shownRules()).toContain("日用品消费：每1元得 1 积分");
    const version = await publish("earning.yaml", "percent: 1%", "percent: 2%");
    await server.moveTo(new Date(Date.parse(await server.now()) + 2 * DAY_MS).toISOString());
    await page.goto(`${server.url}/rules`);
    await page.getByText(`第 ${version} 版`).first().waitFor();
    expect(await shownRules()).toContain("日用品消费：每1元得 2 积分");

    await page.goto(`${server.url}/rules?at=${encodeURIComponent(firstDay)}`);
    await page.getByText(/这是 .+ 的规则，不是现在的。/).waitFor();
    expect(await shownRules()).toContain("日用品消费：每1元得 1 积分");
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "下载 PDF" }).click(),
    ]);
    expect(
      readFileSync(await download.path())
        .subarray(0, 5)
        .toString(),
    ).toBe("%PDF-");
    await page.getByRole("link", { name: "回到今天" }).click();
    await page.getByText(`第 ${version} 版`).first().waitFor();
  });
});

describe("what a member can look up", () => {
  // row COMP-08
  it("reaches back as far as the program says: three years, less two months here", async () => {
    await server.moveTo(new Date(Date.parse(await server.now()) + 1_030 * DAY_MS).toISOString());
    await page.goto(`${server.url}/#token=${await server.tokenOf("lin")}`);
    await page.locator(".balance .big").waitFor();
    await page.getByRole("link", { name: "全部明细" }).click();
    await page.getByRole("button", { name: "为什么：消费积分 +46" }).click();
    await page.getByRole("dialog").getByText("第 1 版规则").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "为什么：到期 −46" }).click();
    await page
      .getByRole("dialog")
      .getByText(/46 积分已过有效期/)
      .waitFor();
  });
});
