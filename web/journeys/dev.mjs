import { chromium } from "playwright-core";
const url = process.argv[2];
const out = process.argv[3] ?? "/tmp/w2/shots";
import { mkdirSync } from "node:fs";
mkdirSync(out, { recursive: true });
const b = await chromium.launch({
  executablePath: "/usr/bin/chromium",
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
const c = await b.newContext({ viewport: { width: 360, height: 740 }, locale: "zh-CN", reducedMotion: "reduce" });
const p = await c.newPage();
p.on("console", (m) => console.log(m.type(), m.text()));
p.on("pageerror", (e) => console.log("ERR", e.message));
await p.route("**/v1/session", (r) =>
  r.fulfill({ json: { kind: "member", id: "lin", name: "林", csrf: null, expires_at: null, sandbox: true } }),
);
await p.goto(url + "/#token=tok");
await p.waitForTimeout(1500);
console.log(p.url());
await p.screenshot({ path: out + "/wallet.png", fullPage: true });
await p.click("text=为什么 >> nth=0");
await p.waitForTimeout(500);
await p.screenshot({ path: out + "/why.png" });
await p.keyboard.press("Escape");
for (const path of ["history", "rules", "expiring", "guide", "settings"]) {
  await p.goto(url + "/" + path);
  await p.waitForTimeout(900);
  await p.screenshot({ path: `${out}/${path}.png`, fullPage: true });
}
await p.unroute("**/v1/session");
await p.evaluate(() => sessionStorage.clear());
await p.goto(url + "/settings");
await p.waitForTimeout(900);
await p.screenshot({ path: `${out}/signin.png`, fullPage: true });
await b.close();
