import { expect, it } from "vitest";
import { browser } from "../src/browser.ts";
import { Server } from "../src/server.ts";
import { ofMember } from "../src/places.ts";
import { pictures } from "../src/shots.ts";
import { visit } from "../src/walk.ts";
import { furnish } from "../src/world.ts";

it("the member app", async () => {
  const [server, chromium] = await Promise.all([Server.start(), browser()]);
  try {
    const places = ofMember(await furnish(server));
    const token = await server.tokenOf("an");
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
      for (const [name, path] of places) {
        await visit(page, `${server.url}${path}`);
        await shoot(name);
        if (name === "rules") {
          const read = page.locator(".sheet form .button");
          if (await read.isVisible()) await read.click();
          await shoot("rules-read");
        }
      }
      await page.goto(`${server.url}/settings`);
      await page.getByRole("switch").check();
      for (const [name, path] of [
        ["plain-settings", "settings"],
        ["plain-wallet", ""],
        ["plain-history", "history"],
      ] as const) {
        await visit(page, `${server.url}/${path}`);
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
