import type { Page, Request } from "playwright-core";

/** What pages show while they wait: for data, or for what draws a chart. */
const WAITING = ".loading, .ant-skeleton, .ant-spin-spinning, .chart:empty";
/** How often a page is looked at, and how often in a row it must be at rest. */
const LOOK_MS = 40;
const LOOKS = 3;
const PATIENCE_MS = 30_000;

const underway = new WeakMap<Page, Set<Request>>();

/** Notes what a page asks for from now on, so that one can wait for it. */
export function follow(page: Page): void {
  const asked = new Set<Request>();
  underway.set(page, asked);
  page.on("request", (request) => asked.add(request));
  page.on("requestfinished", (request) => asked.delete(request));
  page.on("requestfailed", (request) => asked.delete(request));
}

/** Waits until a page has everything that it asked for, and shows it. */
export async function settled(page: Page): Promise<void> {
  const asked = underway.get(page);
  if (!asked) throw new Error("nobody follows this page");
  const end = Date.now() + PATIENCE_MS;
  for (let calm = 0; calm < LOOKS;) {
    if (Date.now() > end) {
      const missing = [...asked].map((request) => request.url()).join(", ");
      throw new Error(`${page.url()} does not come to rest: ${missing || (await page.locator(WAITING).count())}`);
    }
    await page.waitForTimeout(LOOK_MS);
    calm = asked.size > 0 || (await page.locator(WAITING).count()) > 0 ? 0 : calm + 1;
  }
}

/**
 * Opens another page of the app that is shown, at the same host, as its own links do: the app stays loaded. Every page
 * begins anew, since another one stands between.
 */
export async function visit(page: Page, url: string): Promise<void> {
  const { pathname, search } = new URL(url);
  const between = pathname.endsWith("/nowhere") ? "settings" : "nowhere";
  await turn(page, pathname.startsWith("/console") ? `/console/${between}` : `/${between}`);
  await turn(page, pathname + search);
  await settled(page);
}

/** Turns to an address of another route, and waits for its heading. */
async function turn(page: Page, address: string): Promise<void> {
  await page.evaluate((address) => {
    document.querySelectorAll("h1").forEach((heading) => heading.setAttribute("data-left", ""));
    history.pushState(null, "", address);
    dispatchEvent(new PopStateEvent("popstate", { state: null }));
  }, address);
  await page.locator("h1:not([data-left])").first().waitFor();
}
