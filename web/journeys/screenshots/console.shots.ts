import { expect, it } from "vitest";
import { browser } from "../src/browser.ts";
import { operator } from "../src/operator.ts";
import { Server } from "../src/server.ts";
import { pictures } from "../src/shots.ts";

const DAY_MS = 86_400_000;

/** Something on the shelf, and somebody who took of it. */
async function stock(server: Server): Promise<void> {
  const shelf: [id: string, zh: string, en: string, more: Record<string, unknown>][] = [
    ["umbrella", "晴雨伞", "Umbrella", { points: 200, stock: 10, tags: ["春", "出行"], stores: ["store-pudong-1"] }],
    ["coffee", "咖啡券", "Coffee", { kind: "coupon", points: 100, limited: false }],
    ["kettle", "电热水壶", "Kettle", { value: { amount: 12_900, currency: "CNY" }, hidden: true, stock: 40 }],
    ["mug", "马克杯", "Mug", { points: 80, retired: true }],
  ];
  for (const [id, zh, en, more] of shelf) {
    await server.get("POST", "/v1/rewards", { id, name: { zh, en }, kind: "goods", category: "daily", ...more });
  }
  for (const [reward, more] of [
    ["umbrella", { delivery: "ship" }],
    ["coffee", {}],
  ] as const) {
    const quote = await server.get<{ id: string }>("POST", "/v1/quotes", { member: "an", reward, ...more });
    await server.get("POST", "/v1/redemptions", { quote: quote.id });
  }
}

it("the console", async () => {
  const [server, chromium] = await Promise.all([Server.start(), browser()]);
  try {
    await server.get("POST", "/v1/members", { id: "an", name: "安然", phone: "13812345678", email: "an@example.com" });
    for (let order = 1; order <= 24; order++) {
      await server.pays(order % 3 ? "an" : `m-${order}`, `100${order}`, [
        ["daily", 1370 * order],
        ["appliance", order % 5 ? 0 : 129_900],
      ]);
    }
    await server.moveTo(new Date(Date.parse(await server.now()) + DAY_MS).toISOString());
    const draft = await server.get<{ id: string }>(
      "POST",
      "/v1/program/drafts",
      { note: "日用品一周返 2%" },
      { key: "d" },
    );
    await stock(server);
    const { context } = await operator(chromium, server, "lin");
    const { cookies } = await context.storageState();
    const walk: [name: string, path: string][] = [
      ["overview", "/"],
      ["members", "/members"],
      ["member", "/members/an"],
      ["history", "/members/an?tab=history"],
      ["trace", "/members/an?tab=history&trace=1"],
      ["profile", "/members/an?tab=profile"],
      ["redeemed", "/members/an?tab=redemptions"],
      ["rewards", "/rewards"],
      ["reward", "/rewards/umbrella"],
      ["reward-new", "/rewards?new=1"],
      ["redemptions", "/redemptions?show=all"],
      ["till", "/till"],
      ["rules", "/program"],
      ["drafts", "/program?tab=drafts"],
      ["versions", "/program?tab=versions"],
      ["version", "/program/versions/1"],
      ["editor", `/program/drafts/${draft.id}`],
      ["editor-rule", `/program/drafts/${draft.id}?item=rules:2`],
      ["editor-tiers", `/program/drafts/${draft.id}?tab=tiers`],
      ["editor-terms", `/program/drafts/${draft.id}?tab=terms`],
      ["editor-files", `/program/drafts/${draft.id}?tab=files`],
      ["editor-changes", `/program/drafts/${draft.id}?tab=changes`],
      ["editor-dry-run", `/program/drafts/${draft.id}?tab=dry-run`],
      ["approvals", "/approvals?show=all"],
      ["audit", "/audit"],
      ["staff", "/staff"],
      ["staff-new", "/staff?open=new"],
      ["roles", "/staff?tab=roles"],
      ["clients", "/clients"],
      ["settings", "/settings"],
      ["nowhere", "/nowhere"],
    ];
    const wide = await pictures(chromium, "console", async (page, shoot) => {
      await page.goto(`${server.url}/console/`);
      await page.locator("form").waitFor();
      await shoot("sign-in");
      await page.context().addCookies(cookies);
      for (const [name, path] of walk) {
        await page.goto(`${server.url}/console${path}`);
        await page.getByRole("main").waitFor();
        await shoot(name);
      }
    });
    expect(wide).toEqual([]);
  } finally {
    await chromium.close();
    await server.stop();
  }
});
