import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { open } from "./browser.ts";
import { settled } from "./walk.ts";

const TARGET = process.env["CARGO_TARGET_DIR"] ?? join(import.meta.dirname, "../../../target");

/** Widths that pages are looked at: a phone, a tablet, a desk. */
export const WIDTHS = [
  { width: 360, height: 740 },
  { width: 768, height: 1024 },
  { width: 1440, height: 900 },
];

/** Languages in which pages are looked at, and in which light. */
const LOOKS = [
  { name: "zh", locale: "zh-CN", schemes: ["light", "dark"] },
  { name: "en", locale: "en-US", schemes: ["light", "dark"] },
] as const;

/** Takes pictures of an app in every look and width; `pages` walks through it and says when something is to be seen. */
export async function pictures(
  browser: Browser,
  app: string,
  pages: (page: Page, shoot: (name: string) => Promise<void>) => Promise<void>,
): Promise<string[]> {
  const wide: string[] = [];
  for (const { name: language, locale, schemes } of LOOKS) {
    const { page, context } = await open(browser, { locale, viewport: { width: 1440, height: 900 } });
    await pages(page, async (name) => {
      await settled(page);
      for (const scheme of schemes) {
        await page.emulateMedia({ colorScheme: scheme });
        const look = scheme === "light" ? language : `${language}-${scheme}`;
        const folder = join(TARGET, "screenshots", app, look);
        mkdirSync(folder, { recursive: true });
        for (const viewport of WIDTHS) {
          await page.setViewportSize(viewport);
          await settled(page);
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          if (width > viewport.width) wide.push(`${name} at ${viewport.width} in ${look} is ${width} wide`);
          await page.screenshot({ path: join(folder, `${name}-${viewport.width}.png`), fullPage: true });
        }
      }
      await page.emulateMedia({ colorScheme: schemes[0] });
    });
    await context.close();
  }
  return wide;
}
