import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, expect } from "vitest";
import { browser, open, type Watched } from "./browser.ts";
import { operator } from "./operator.ts";
import { Server } from "./server.ts";

/** What the journeys of a file share. */
export interface Stage {
  server: Server;
  chromium: Browser;
  /** Opens an empty page. */
  blank: (options?: BrowserContextOptions) => Promise<Page>;
  /** Opens the console for one of the demo staff. */
  at: (login: string, options?: BrowserContextOptions) => Promise<Page>;
  /** Opens the app as a shop's own app does: with a token for that member behind the address. */
  as: (member: string, path?: string, options?: BrowserContextOptions) => Promise<Page>;
}

/**
 * Starts a server and a browser for the journeys of a file; both end with it. Pages that a journey opened are closed
 * after it, and what went wrong on them unseen fails it.
 */
export async function stage(
  prepare: (server: Server) => Promise<void>,
  options: { program?: string } = {},
): Promise<Stage> {
  const [server, chromium] = await Promise.all([Server.start(options), browser()]);
  const end = async () => {
    await chromium.close();
    await server.stop();
  };
  try {
    await prepare(server);
  } catch (error) {
    await end();
    throw error;
  }
  afterAll(end);

  let shown: Watched[] = [];
  const show = (watched: Watched): Page => {
    shown.push(watched);
    return watched.page;
  };
  afterEach(async () => {
    const wrong = shown.flatMap((watched) => watched.wrong);
    await Promise.all(shown.map(({ context }) => context.close()));
    shown = [];
    expect(wrong).toEqual([]);
  });
  const blank = async (options: BrowserContextOptions = {}) => show(await open(chromium, options));
  return {
    server,
    chromium,
    blank,
    at: async (login, options = {}) => show(await operator(chromium, server, login, options)),
    as: async (member, path = "/", options = {}) => {
      const page = await blank(options);
      await page.goto(`${server.url}${path}#token=${await server.tokenOf(member)}`);
      await page.locator("h1").first().waitFor();
      return page;
    },
  };
}
