import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { open, type Watched } from "./browser.ts";
import type { Server } from "./server.ts";

/** A desk: the size of window that operators have. */
export const DESK: BrowserContextOptions = { viewport: { width: 1440, height: 900 } };

/** The password that all demo staff of a sandbox share, as it is printed when the server starts. */
function password(server: Server): string {
  const found = /^password: (\S+)/m.exec(server.output.join(""));
  if (!found?.[1]) throw new Error(`no password was printed:\n${server.output.join("")}`);
  return found[1];
}

const WINDOW_MS = 30_000;

/** The second factor's code of now. A code counts once, so the next one may have to be waited for. */
export async function codeOf(server: Server, login: string): Promise<string> {
  const end = Date.now() + 2 * WINDOW_MS;
  for (;;) {
    try {
      return (await server.command("staff", "code", login)).trim();
    } catch (error) {
      if (Date.now() > end) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}

type State = Awaited<ReturnType<BrowserContext["storageState"]>>;

/** Who is signed in already, by server and login. */
const signedIn = new Map<string, State>();

/** Opens the console for one of the demo staff, in a window of their own; each signs in once. */
export async function operator(
  chromium: Browser,
  server: Server,
  login: string,
  options: BrowserContextOptions = {},
): Promise<Watched> {
  const known = signedIn.get(server.url + login);
  const watched = await open(chromium, { ...DESK, ...options, ...(known ? { storageState: known } : {}) });
  if (known) {
    await watched.page.goto(`${server.url}/console/`);
    await watched.page.getByRole("navigation", { name: "主菜单" }).waitFor();
    return watched;
  }
  await signIn(watched.page, server, login);
  signedIn.set(server.url + login, await watched.context.storageState());
  return watched;
}

/** Signs in on a page that shows the console. */
export async function signIn(page: Page, server: Server, login: string): Promise<void> {
  await page.goto(`${server.url}/console/`);
  await page.getByLabel("登录名").fill(login);
  await page.getByLabel("密码", { exact: true }).fill(password(server));
  await page.getByRole("button", { name: /登\s?录/ }).click();
  await page.getByLabel("验证器上的 6 位数字").fill(await codeOf(server, login));
  await page.getByRole("button", { name: /确\s?认/ }).click();
  await page.getByRole("navigation", { name: "主菜单" }).waitFor();
}

/** Drags something onto something else, in steps as a hand does. */
export async function drag(page: Page, from: string, onto: string): Promise<void> {
  const start = await page.locator(from).boundingBox();
  const end = await page.locator(onto).boundingBox();
  if (!start || !end) throw new Error(`cannot drag ${from} onto ${onto}: one of them is not shown`);
  await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(start.x + start.width / 2 + 12, start.y + start.height / 2 + 4, { steps: 4 });
  await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 10 });
  await page.mouse.up();
}

/** Makes a draft and opens it in the editor. */
export async function newDraft(page: Page, note: string): Promise<void> {
  await page.getByRole("menuitem", { name: "规则" }).click();
  await page.getByRole("button", { name: "新建草稿" }).click();
  await page.getByLabel("打算改什么").fill(note);
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /建\s?立/ })
    .click();
  await page.getByRole("heading", { level: 1, name: note }).waitFor();
}

/** Waits until everything typed is on the server. */
export async function saved(page: Page): Promise<void> {
  await page.getByTestId("saving").getByText("已保存").waitFor();
}
