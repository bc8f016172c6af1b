import { expect, it } from "vitest";
import { open } from "../src/browser.ts";
import { stage } from "../src/stage.ts";

/** What a phone may have to load before the balance is there, as the requirements set it. */
const BYTES_MAX = 200_000;

const { server, chromium } = await stage(async (server) => {
  await server.get("POST", "/v1/members", { id: "lin", name: "林" });
  for (let order = 0; order < 30; order++) await server.pays("lin", `o-${order}`, [["daily", 4600]]);
});

it("the member app is light on its first load", async () => {
  const { page, context } = await open(chromium);
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  let bytes = 0;
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(`${server.url}/#token=${await server.tokenOf("lin")}`, { waitUntil: "commit" });
  await page.locator(".balance .big").waitFor();
  await context.close();
  expect(bytes).toBeGreaterThan(10_000);
  expect(bytes).toBeLessThan(BYTES_MAX);
});
