import { appendFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { it } from "vitest";
import { open, slowDown } from "../src/browser.ts";
import { DESK } from "../src/operator.ts";
import { stage } from "../src/stage.ts";

/** A phone, and a desk's computer, of some years ago. */
const SLOWER = 4;
const VISITS = 5;

const { server, chromium, at } = await stage(async (server) => {
  await server.get("POST", "/v1/members", { id: "lin", name: "林" });
  for (let order = 0; order < 30; order++) await server.pays("lin", `o-${order}`, [["daily", 4600]]);
});

/** Milliseconds until something is there, with the processor slowed down; the median of some visits. */
async function usefulAfter(
  blank: () => Promise<Page>,
  address: () => Promise<string>,
  useful: string,
): Promise<number> {
  const visits: number[] = [];
  for (let visit = 0; visit < VISITS; visit++) {
    const page = await blank();
    await slowDown(page, SLOWER);
    const target = await address();
    const began = performance.now();
    await page.goto(target, { waitUntil: "commit" });
    await page.locator(useful).first().waitFor();
    visits.push(Math.round(performance.now() - began));
    await page.context().close();
  }
  return visits.sort((one, other) => one - other)[Math.floor(VISITS / 2)] ?? 0;
}

/** Adds a line for the table of `make bench`. */
function report(figure: string, ms: number, limitMs: number): void {
  const note = `processor ${SLOWER} times slower, median of ${VISITS} visits`;
  const line = JSON.stringify({ figure, value: ms, unit: "ms", at_most: limitMs, note });
  console.log(line);
  const results = process.env["BENCH_RESULTS"];
  if (results) appendFileSync(results, `${line}\n`);
}

it("the member app, from nothing to the balance", async () => {
  const blank = async () => (await open(chromium)).page;
  const address = async () => `${server.url}/#token=${await server.tokenOf("lin")}`;
  report("member app useful", await usefulAfter(blank, address, ".balance .big"), 1_000);
});

it("the console, from nothing to the live figures", async () => {
  // Signed in, in a window that has loaded nothing yet.
  const storageState = await (await at("lin")).context().storageState();
  const blank = async () => (await open(chromium, { ...DESK, storageState })).page;
  const address = () => Promise.resolve(`${server.url}/console/`);
  report("console useful", await usefulAfter(blank, address, 'role=region[name="实时数据"]'), 2_000);
});
