import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browser, open, seriousFindings } from "../src/browser.ts";
import { operator } from "../src/operator.ts";
import { ofConsole, ofMember, type Place } from "../src/places.ts";
import { Server } from "../src/server.ts";
import { visit } from "../src/walk.ts";
import { furnish, type World } from "../src/world.ts";

/** Looking at every page takes as long as there are pages. */
const PATIENCE_MS = 600_000;

let server: Server;
let chromium: Browser;
let world: World;

beforeAll(async () => {
  [server, chromium] = await Promise.all([Server.start(), browser()]);
  world = await furnish(server);
});

afterAll(async () => {
  await chromium.close();
  await server.stop();
});

interface Look {
  name: string;
  colorScheme: "light" | "dark";
  locale: string;
  /** The rules of axe that can find something else than in the first look; all of them where it does not say. */
  rules?: string[];
}

const LOOKS: Look[] = [
  { name: "light", colorScheme: "light", locale: "zh-CN" },
  {
    name: "dark, in English",
    colorScheme: "dark",
    locale: "en-US",
    // The same structure in other colors and other words: what may differ is contrast, and names that a text gives.
    rules: [
      "aria-command-name",
      "aria-dialog-name",
      "document-title",
      "html-lang-valid",
      "image-alt",
      "select-name",
      "aria-input-field-name",
      "button-name",
      "color-contrast",
      "label",
      "link-name",
    ],
  },
];

/** What is wrong with pages: what axe finds serious, what is wider than the window, what the browser calls an error. */
async function faults(page: Page, wrong: string[], base: string, places: Place[], rules?: string[]) {
  const found: string[] = [];
  for (const [name, path] of places) {
    await visit(page, base + path);
    const { width, window } = await page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      window: innerWidth,
    }));
    if (width > window) found.push(`${name}: ${width} wide in a window of ${window}`);
    found.push(...(await seriousFindings(page, rules)).map((finding) => `${name}: ${finding}`));
    found.push(...wrong.splice(0).map((message) => `${name}: ${message}`));
  }
  return found;
}

describe("no page has anything that axe finds serious", () => {
  it.each(LOOKS)(
    "in the console, $name",
    async ({ colorScheme, locale, rules }) => {
      const { context: signedIn } = await operator(chromium, server, "lin");
      const storageState = await signedIn.storageState();
      await signedIn.close();
      const viewport = { width: 1440, height: 900 };
      const { page, context, wrong } = await open(chromium, { colorScheme, locale, viewport, storageState });
      await page.goto(`${server.url}/console/`);
      await page.getByRole("main").waitFor();
      expect(await faults(page, wrong, `${server.url}/console`, ofConsole(world), rules)).toEqual([]);
      await context.close();
    },
    PATIENCE_MS,
  );

  it.each(LOOKS)(
    "in the member app on a phone, $name",
    async ({ colorScheme, locale, rules }) => {
      const { page, context, wrong } = await open(chromium, { colorScheme, locale });
      await page.goto(`${server.url}/#token=${await server.tokenOf("an")}`);
      await page.locator(".balance .big").waitFor();
      expect(await faults(page, wrong, server.url, ofMember(world), rules)).toEqual([]);
      await context.close();
    },
    PATIENCE_MS,
  );
});
