import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { open } from "./browser.ts";

const TARGET = process.env["CARGO_TARGET_DIR"] ?? join(import.meta.dirname, "../../../target");

/** Widths that pages are looked at: a phone, a tablet, a desk. */
export const WIDTHS = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

/** A way to look: language, theme, and whether letters are large. */
export interface Look {
  name: string;
  context: BrowserContextOptions;
}

/** Both languages in the light, and one of them in the dark. */
export const LOOKS: Look[] = [
  { name: "zh", context: { locale: "zh-CN", colorScheme: "light" } },
  { name: "en", context: { locale: "en-US", colorScheme: "light" } },
  { name: "zh-dark", context: { locale: "zh-CN", colorScheme: "dark" } },
];

/** Takes pictures of an app in every look and width; `pages` walks through it and says when something is to be seen. */
export async function pictures(
  browser: Browser,
  app: string,
  pages: (page: Page, shoot: (name: string) => Promise<void>) => Promise<void>,
): Promise<string[]> {
  const wide: string[] = [];
  for (const look of LOOKS) {
    for (const viewport of WIDTHS) {
      const folder = join(TARGET, "screenshots", app, look.name);
      mkdirSync(folder, { recursive: true });
      const { page, context } = await open(browser, { ...look.context, viewport });
      await pages(page, async (name) => {
        await settled(page);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        if (width > viewport.width) wide.push(`${name} at ${viewport.width} in ${look.name} is ${width} wide`);
        await page.screenshot({ path: join(folder, `${name}-${viewport.width}.png`), fullPage: true });
      });
      await context.close();
    }
  }
  return wide;
}

/** Waits until nothing is being loaded any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.waitForFunction(() => document.querySelector(".loading, .ant-skeleton, .ant-spin-spinning") === null);
}
