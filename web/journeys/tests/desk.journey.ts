import { describe, expect, it } from "vitest";
import { seriousFindings } from "../src/browser.ts";
import { stage } from "../src/stage.ts";

const DAY_MS = 86_400_000;

const { server, at, as } = await stage(async (server) => {
  await server.get("POST", "/v1/members", { id: "an", name: "安然" });
  await server.pays("an", "y-1", [["daily", 490_000]]);
});

async function reward(id: string, zh: string, more: Record<string, unknown>): Promise<void> {
  const body = { id, name: { zh, en: id }, kind: "goods", category: "daily", points: 100, ...more };
  await server.get("POST", "/v1/rewards", body);
}

/** A day in some days, as the calendar of the program's zone has it. */
async function day(ahead: number): Promise<string> {
  const then = new Date(Date.parse(await server.now()) + ahead * DAY_MS);
  return new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" }).format(then);
}

describe("a service", () => {
  // row OPER-02
  it("gets its times at the desk, is booked by a member, and is given", async () => {
    await reward("coach", "私教课", { kind: "service", category: "service" });
    const lin = await at("lin");
    await lin.getByRole("menuitem", { name: "预约" }).click();
    await lin.getByText("还没有时段").waitFor();
    await lin.getByRole("button", { name: "添加时段" }).click();
    const form = lin.getByRole("dialog", { name: "添加时段" });
    const days = form.locator(".ant-picker-input input");
    await days.first().fill(await day(2));
    await lin.keyboard.press("Enter");
    await days.last().fill(await day(8));
    await lin.keyboard.press("Enter");
    await form.getByLabel(/由谁或在哪里/).fill("coach-li");
    // Five working days, eight hours each.
    await form.getByRole("button", { name: "添加 40 个时段" }).click();
    await lin.getByText("时段已添加").waitFor();
    await lin.getByText("已约 0 / 1").first().waitFor();
    expect(await seriousFindings(lin)).toEqual([]);

    const quote = await server.get<{ id: string }>("POST", "/v1/quotes", { member: "an", reward: "coach" });
    const made = await server.get<{ id: string }>("POST", "/v1/redemptions", { quote: quote.id });
    const phone = await as("an", `/redemptions/${made.id}`);
    await phone.getByText("还没有预约时段。").waitFor();
    await phone.getByRole("button", { name: "选择时段" }).click();
    await phone.getByRole("dialog").getByRole("button", { name: /10:00/ }).first().click();
    await phone.getByRole("button", { name: "改约" }).waitFor();
    await phone.getByText("由 coach-li 服务").waitFor();
    expect(await seriousFindings(phone)).toEqual([]);

    await lin.reload();
    await lin.getByRole("link", { name: "an" }).waitFor();
    await lin.getByRole("button", { name: "改约" }).click();
    const move = lin.getByRole("dialog", { name: "改约" });
    await move.getByLabel("改到").click();
    await lin.locator(".ant-select-item-option").first().click();
    await move.getByRole("button", { name: /确\s?定/ }).click();
    await lin.getByText("已记录").waitFor();
    await lin.getByRole("button", { name: /完\s?成/ }).click();
    await lin
      .getByRole("dialog", { name: "服务已完成" })
      .getByRole("button", { name: /确\s?定/ })
      .click();
    await lin.getByText("已完成").first().waitFor();
    const shown = await server.get<{ state: string }>("GET", `/v1/redemptions/${made.id}`);
    expect(shown.state).toBe("fulfilled");
  });
});

describe("prices", () => {
  // row OPER-02
  it("are proposed by the rules, looked at by a person, and carried out", async () => {
    const yuan = (amount: number) => ({ amount, currency: "CNY" });
    await reward("lounge", "贵宾厅", { kind: "experience", points: 1_000, value: yuan(3_000), cost: yuan(1_000) });
    // Many ask for its price, and nobody takes it.
    for (let quote = 0; quote < 60; quote++) {
      await server.get("POST", "/v1/quotes", { member: "an", reward: "lounge" });
    }
    const lin = await at("lin");
    await lin.getByRole("menuitem", { name: "调价方案" }).click();
    await lin.getByRole("button", { name: "生成方案" }).first().click();
    const drawer = lin.getByRole("dialog", { name: "调价方案" });
    await drawer.getByText("价格系数 0% → −10%").waitFor();
    expect(await seriousFindings(lin)).toEqual([]);
    await drawer.getByRole("button", { name: /执\s?行/ }).click();
    await lin
      .getByRole("dialog", { name: "执行方案" })
      .getByRole("button", { name: /执\s?行/ })
      .click();
    await drawer.getByText("已执行").waitFor();
    const quote = await server.get<{ points: number }>("POST", "/v1/quotes", { member: "an", reward: "lounge" });
    expect(quote.points).toBe(900);

    await lin.goto(`${server.url}/console/shelf`);
    await lin.getByRole("link", { name: "贵宾厅" }).waitFor();
    expect(await seriousFindings(lin)).toEqual([]);
  });

  // row OPER-02
  it("a partner's codes come in from a file, again without harm, and a member gets one", async () => {
    await reward("coffee", "咖啡券", { kind: "coupon", points: 10 });
    const lin = await at("lin");
    await lin.goto(`${server.url}/console/rewards/coffee`);
    const file = (text: string) => ({ name: "codes.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
    await lin.getByLabel("券码文件").setInputFiles(file("code\nCOFFEE-1\nCOFFEE-2\n"));
    await lin.getByText("新增 2 个，已有 0 个").waitFor();
    await lin.getByLabel("券码文件").setInputFiles(file("COFFEE-2\nCOFFEE-3\n"));
    await lin.getByText("新增 1 个，已有 1 个").waitFor();
    await expect.poll(() => lin.getByTestId("pool-left").textContent()).toBe("3");
    await lin.getByLabel("券码文件").setInputFiles(file("COFFEE 4\n"));
    await lin.getByRole("alert").first().waitFor();

    const quote = await server.get<{ id: string }>("POST", "/v1/quotes", { member: "an", reward: "coffee" });
    const made = await server.get<{ id: string }>("POST", "/v1/redemptions", { quote: quote.id });
    const phone = await as("an", `/redemptions/${made.id}`);
    await phone.getByText("COFFEE-1", { exact: true }).waitFor();
  });
});
