import { expect, it } from "vitest";
import { browser } from "../src/browser.ts";
import { operator } from "../src/operator.ts";
import { ofConsole } from "../src/places.ts";
import { Server } from "../src/server.ts";
import { pictures } from "../src/shots.ts";
import { visit } from "../src/walk.ts";
import { furnish } from "../src/world.ts";

it("the console", async () => {
  const [server, chromium] = await Promise.all([Server.start(), browser()]);
  try {
    const places = ofConsole(await furnish(server));
    const { context } = await operator(chromium, server, "lin");
    const { cookies } = await context.storageState();
    const wide = await pictures(chromium, "console", async (page, shoot) => {
      await page.goto(`${server.url}/console/`);
      await page.locator("form").waitFor();
      await shoot("sign-in");
      await page.context().addCookies(cookies);
      await page.goto(`${server.url}/console/`);
      await page.getByRole("main").waitFor();
      for (const [name, path] of places) {
        await visit(page, `${server.url}/console${path}`);
        await shoot(name);
      }
    });
    expect(wide).toEqual([]);
  } finally {
    await chromium.close();
    await server.stop();
  }
});
