import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page, chromium } from "playwright-core";
import { follow } from "./walk.ts";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Starts the browser of the machine; nothing is downloaded. */
export async function browser(): Promise<Browser> {
  const executablePath = process.env["CHROMIUM"] ?? PLACES.find((place) => existsSync(place));
  if (!executablePath) throw new Error("there is no Chromium: scripts/setup.sh test installs it");
  return chromium.launch({
    executablePath,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-dev-shm-usage",
    ],
  });
}

/** A page, and what went wrong on it that nobody on it would say. */
export interface Watched {
  page: Page;
  context: BrowserContext;
  /** Uncaught errors, refusals of the content security policy, and what the console calls an error. */
  wrong: string[];
}

/** Opens an empty page of a phone (or of what the options say) that notes what goes wrong. */
export async function open(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const phone: BrowserContextOptions = {
    viewport: { width: 360, height: 740 },
    locale: "zh-CN",
    reducedMotion: "reduce",
  };
  const context = await browser.newContext({ ...phone, ...options });
  const page = await context.newPage();
  follow(page);
  const wrong: string[] = [];
  page.on("pageerror", (error) => wrong.push(`uncaught: ${error.message}`));
  page.on("console", (message) => {
    // A status that the page handles is reported by the browser all the same.
    if (message.type() === "error" && !/Failed to load resource/.test(message.text())) wrong.push(message.text());
  });
  return { page, context, wrong };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Finding {
  id: string;
  impact: string | null;
  help: string;
  nodes: { html: string; failureSummary?: string }[];
}

interface Axe {
  run: (what: Document, options: Record<string, unknown>) => Promise<{ violations: Finding[] }>;
}

/** What axe finds serious or critical on a page: rule, what it means, and where. All rules, or only those named. */
export async function seriousFindings(page: Page, rules?: string[]): Promise<string[]> {
  // Over the devtools connection, past the content security policy that refuses scripts on the page.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const violations = await page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as { axe: Axe };
    // What passes is not told in full.
    const only = rules ? { runOnly: { type: "rule", values: rules } } : {};
    return (await axe.run(document, { resultTypes: ["violations"], ...only })).violations;
  }, rules);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
}

/** Slows the processor of a page down, as a phone of some years ago would. */
export async function slowDown(page: Page, rate: number): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate });
}
