import { describe, expect, it } from "vitest";
import { stage } from "../src/stage.ts";

const { server, as } = await stage(async (server) => {
  await server.get("POST", "/v1/members", { id: "lin", name: "林晓", tags: ["potential"] });
  await server.get("POST", "/v1/members", { id: "wang", name: "王" });
});

interface Wallet {
  units: { unit: string; available: number }[];
}

async function available(member: string): Promise<number> {
  const wallet = await server.get<Wallet>("GET", `/v1/members/${member}/wallet`);
  return wallet.units.find(({ unit }) => unit === "points")?.available ?? 0;
}

describe("between purchases", () => {
  // row MEM-07
  it("a member signs in by one tap and sees what tomorrow brings; a second tap counts for nothing", async () => {
    const page = await as("lin", "/");
    await page.getByRole("link", { name: "任务", exact: true }).click();
    const button = page.getByRole("button", { name: /^签到/ });
    await button.dblclick();
    await page.getByText("今天已签到").waitFor();
    await page.getByText(/明天签到得 \d+ 积分/).waitFor();
    const now = await available("lin");
    expect(now).toBeGreaterThan(0);
    await page.reload();
    await page.getByText("今天已签到").waitFor();
    expect(await page.getByRole("button", { name: /^签到/ }).count()).toBe(0);
    expect(await available("lin")).toBe(now);
    // The change is in the history, with its reason.
    await page.goto(`${server.url}/history`);
    await page
      .getByRole("button", { name: /为什么：/ })
      .first()
      .waitFor();
  });

  it("a friend joins by a link and is seen among the friends", async () => {
    const page = await as("lin", "/invite");
    const code = (await page.locator(".code").first().innerText()).trim();
    expect(code).not.toBe("");
    await page.getByRole("img", { name: /二维码/ }).waitFor();
    const friend = await as("wang", `/join?code=${encodeURIComponent(code)}`);
    await friend.getByRole("button", { name: "确认" }).click();
    await friend.getByText(/已记录/).waitFor();
    await page.reload();
    await page.getByText(/首单有效/).waitFor();
    // Nobody invites themselves.
    const own = await as("lin", `/join?code=${encodeURIComponent(code)}`);
    await own.getByRole("button", { name: "确认" }).click();
    await own.getByRole("alert").waitFor();
  });
});
