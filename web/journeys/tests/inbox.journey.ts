import { describe, expect, it } from "vitest";
import { seriousFindings } from "../src/browser.ts";
import { stage } from "../src/stage.ts";

const DAY_MS = 86_400_000;

const { at, as } = await stage(async (server) => {
  await server.get("POST", "/v1/members", { id: "an", name: "安然", phone: "13812345678" });
  await server.get("POST", "/v1/members", { id: "bo", name: "博" });
  // Eleven at night in the program's zone: what can wait does not leave the house before eight.
  const day = new Date(Date.parse(await server.now()) + 2 * DAY_MS).toISOString().slice(0, 10);
  await server.moveTo(`${day}T23:00:00+08:00`);
});

describe("a message", () => {
  // row NOTE-06
  it("is written by an operator at night, waits for the morning outside, and is in the inbox at once", async () => {
    const lin = await at("lin");
    await lin.getByRole("menuitem", { name: "消息" }).click();
    await lin.getByRole("tab", { name: "人工发送" }).click();
    await lin.getByRole("button", { name: "发送消息" }).click();
    const form = lin.getByRole("dialog", { name: "发送消息" });
    await form.getByLabel("哪种消息").click();
    await lin.locator(".ant-select-item-option", { hasText: "致歉" }).click();
    await form.getByLabel("会员编号").fill("an");
    await lin.keyboard.press("Enter");
    await form.getByLabel(/reason.*中文/).fill("昨晚的系统升级");
    await form.getByText(/昨晚的系统升级给您添麻烦了/).waitFor();
    expect(await seriousFindings(lin)).toEqual([]);
    await form.getByRole("button", { name: /发\s?送/ }).click();
    await lin.getByText("已开始发送").waitFor();
    await lin.getByRole("cell", { name: "致歉" }).waitFor();
    await lin.getByText("已完成").waitFor();

    // Outside it waits; when it may leave is shown.
    await lin.getByRole("tab", { name: "投递" }).click();
    await lin.locator(".ant-segmented-item", { hasText: "等待中" }).click();
    await lin.getByRole("link", { name: "an" }).waitFor();
    await lin.getByText(/08:00/).first().waitFor();

    const phone = await as("an", "/");
    await phone.getByRole("link", { name: /^消息（\d+ 条未读）/ }).click();
    await phone.getByRole("button", { name: /我们向您致歉/ }).click();
    const sheet = phone.getByRole("dialog");
    await sheet.getByText(/安然，昨晚的系统升级给您添麻烦了/).waitFor();
    expect(await seriousFindings(phone)).toEqual([]);
    await phone.keyboard.press("Escape");
    await phone.locator(".item", { hasText: "我们向您致歉" }).getByText("未读").waitFor({ state: "detached" });
    // Nobody else got it.
    const other = await as("bo", "/inbox");
    await other.locator(".item").first().waitFor();
    expect(await other.getByText("我们向您致歉").count()).toBe(0);
  });
});
