import { describe, expect, it } from "vitest";
import { seriousFindings } from "../src/browser.ts";
import { stage } from "../src/stage.ts";

const { server, at, as } = await stage(
  async (server) => {
    await server.get("POST", "/v1/members", { id: "lin", name: "林晓" });
    const old = { unit: "points", points: 1_000, reason: "旧积分", expires_at: "2030-01-01T00:00:00+08:00" };
    await server.get("POST", "/v1/members/lin/adjustments", old, { key: "old" });
    // Nothing is used for more than half a year: the points fall asleep, after a notice.
    const then = new Date(Date.parse(await server.now()));
    then.setUTCMonth(then.getUTCMonth() + 8);
    await server.moveTo(then.toISOString());
  },
  { program: "programs/ecosystem" },
);

describe("points that rest", () => {
  // row EXP-15
  it("become a cash voucher at the member's choice, which pays at a till once", async () => {
    const phone = await as("lin", "/sleeping");
    await phone.getByRole("region", { name: "休眠中" }).getByText("1,000").waitFor();
    expect(await seriousFindings(phone)).toEqual([]);
    await phone.getByRole("button", { name: "转换 · 换现金券" }).click();
    const sheet = phone.getByRole("dialog", { name: "换现金券" });
    await sheet.getByLabel("转换多少积分").fill("350");
    await sheet
      .getByRole("alert")
      .getByText(/须为 100/)
      .waitFor();
    expect(await sheet.getByRole("button", { name: "确认转换" }).isDisabled()).toBe(true);
    await sheet.getByLabel("转换多少积分").fill("300");
    await sheet.getByText("得到一张 ¥3.00 现金券").waitFor();
    await sheet.getByRole("button", { name: "确认转换" }).click();
    await phone.getByText("您没有休眠积分。").waitFor();
    const code = (await phone.locator("p.code").innerText()).trim();
    expect(await seriousFindings(phone)).toEqual([]);
    const { units } = await server.get<{ units: { unit: string; available: number }[] }>(
      "GET",
      "/v1/members/lin/wallet",
    );
    expect(units.find(({ unit }) => unit === "points")?.available).toBe(700);

    const till = await at("lin");
    await till.getByRole("menuitem", { name: "收银核销" }).click();
    await till.getByLabel("门店").fill("s319");
    await till.getByLabel("扫描或输入券码").fill(code);
    await till.keyboard.press("Enter");
    await till.getByText("现金券 ¥3.00").waitFor();
    expect(await seriousFindings(till)).toEqual([]);
    await till.getByRole("button", { name: /核\s?销/ }).click();
    await till.getByRole("region", { name: "核销结果" }).waitFor();
    // Shown again, it says when it was used, and cannot be used.
    await till.getByRole("button", { name: "下一张" }).click();
    await till.getByLabel("扫描或输入券码").fill(code);
    await till.keyboard.press("Enter");
    await till.getByText("已核销：").waitFor();
    expect(await till.getByRole("button", { name: /^核\s?销$/ }).count()).toBe(0);
  });
});
