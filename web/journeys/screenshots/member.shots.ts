import { expect, it } from "vitest";
import { browser } from "../src/browser.ts";
import { Server } from "../src/server.ts";
import { pictures } from "../src/shots.ts";

it("the member app", async () => {
  const [server, chromium] = await Promise.all([Server.start(), browser()]);
  try {
    await server.get("POST", "/v1/members", { id: "lin", name: "林晓", phone: "13812345678" });
    for (let order = 1; order <= 4; order++) {
      const lines: [string, number][] = [
        ["daily", 4600 * order],
        ["appliance", 129_900],
      ];
      await server.pays("lin", `100${order}`, lines);
    }
    await server.get("POST", "/v1/members/lin/spend", {
      unit: "points",
      points: 120,
      reason: "咖啡",
      reference: "till-1",
    });
    const token = await server.tokenOf("lin");
    const wide = await pictures(chromium, "member", async (page, shoot) => {
      await page.goto(server.url);
      await page.locator("form").waitFor();
      await shoot("sign-in");
      await page.goto("about:blank");
      await page.goto(`${server.url}/#token=${token}`);
      await page.locator(".balance .big").waitFor();
      await shoot("wallet");
      await page.locator(".entry .link").nth(1).click();
      await page.locator(".sheet .button.plain").click();
      await page.locator(".trace").waitFor();
      await shoot("why");
      for (const path of ["history", "expiring", "rules", "guide", "settings", "nowhere"]) {
        await page.goto(`${server.url}/${path}`);
        await page.locator("h1").waitFor();
        await shoot(path);
        if (path === "rules") {
          const read = page.locator(".sheet form .button");
          if (await read.isVisible()) await read.click();
          await shoot("rules-read");
        }
      }
      await page.getByRole("switch").waitFor({ state: "detached" });
      await page.goto(`${server.url}/settings`);
      await page.getByRole("switch").check();
      for (const [name, path] of [
        ["plain-settings", "settings"],
        ["plain-wallet", ""],
        ["plain-history", "history"],
      ] as const) {
        await page.goto(`${server.url}/${path}`);
        await page.locator("h1").waitFor();
        await shoot(name);
      }
      await page.context().setOffline(true);
      await page.goto(server.url).catch(() => undefined);
      await page.locator(".banner").waitFor();
      await shoot("offline");
    });
    expect(wide).toEqual([]);
  } finally {
    await chromium.close();
    await server.stop();
  }
});
