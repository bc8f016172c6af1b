import { choose } from "@jifen/look";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../src/app/App.tsx";
import { queries } from "../src/shared/api.ts";
import { entries, everything, member, serve, wallet } from "./server.ts";

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  queries.clear();
  history.replaceState(null, "", "/");
  choose({ lang: "zh", theme: "system", plain: false });
});
afterEach(cleanup);

describe("the wallet", () => {
  it("shows the number, what it is worth, and what lapses next with its last day", async () => {
    serve(everything);
    render(<App />);
    expect(await screen.findByText("1,246")).toBeTruthy();
    expect(screen.getByText(/约合 ¥12\.46/)).toBeTruthy();
    expect(screen.getByText("46 积分 有效至 2026年12月31日")).toBeTruthy();
    expect(screen.getByText("银卡会员")).toBeTruthy();
    expect(screen.getByText("待到账")).toBeTruthy();
  });

  it("changes its language without being loaded again", async () => {
    serve(everything);
    render(<App />);
    await screen.findByText("1,246");
    choose({ lang: "en" });
    expect(await screen.findByText(/worth ¥12\.46/)).toBeTruthy();
    expect(document.documentElement.lang).toBe("en");
  });

  it("says why, in the words of the server, and shows what came over the wire as text", async () => {
    serve(everything);
    const { container } = render(<App />);
    fireEvent.click(await screen.findByRole("button", { name: "为什么：消费积分 +46" }));
    expect(await screen.findByText("日用品消费：消费46.00元，每1.00元得1积分，得46积分。")).toBeTruthy();
    expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeTruthy();
    expect(container.querySelector("img")).toBeNull();
  });

  it("says that points are frozen, and that none are lost", async () => {
    const frozen = { ...member, states: { frozen: true, in_debt: false } };
    serve({ ...everything, "/v1/members/lin": frozen });
    render(<App />);
    expect(await screen.findByText(/积分已冻结/)).toBeTruthy();
  });

  it("is empty for somebody new, with a first step", async () => {
    const none = { ...wallet.units[0], available: 0, pending: 0, expiring: [], worth: { amount: 0, currency: "CNY" } };
    serve({
      ...everything,
      "/v1/members/lin/wallet": { ...wallet, units: [none] },
      "/v1/members/lin/entries": { data: [], next_cursor: null },
    });
    render(<App />);
    expect(await screen.findByText(/还没有积分/)).toBeTruthy();
    expect(screen.getByRole("link", { name: "看看怎样获得积分" }).getAttribute("href")).toBe("/guide");
  });
});

describe("rules that are going to change", () => {
  const scheduled = { version: 2, state: "scheduled", in_force: false, from: "2026-07-20T00:00:00+08:00" };
  const known = "/v1/members/lin/rule-confirmations";

  // row COMP-04
  it("are announced on the first page until the member has confirmed", async () => {
    const coming = { ...everything, "/v1/program/versions": { data: [scheduled] } };
    serve({ ...coming, [known]: { data: [] } });
    const { unmount } = render(<App />);
    const link = await screen.findByRole("link", { name: "积分规则将于 2026年7月20日 变更，请查看" });
    expect(link.getAttribute("href")).toBe("/rules");
    unmount();
    queries.clear();
    const asked = serve({ ...coming, [known]: { data: [{ version: 2, confirmed_at: "2026-06-18T20:15:00+08:00" }] } });
    render(<App />);
    await vi.waitFor(() => expect(asked).toContain(known));
    await screen.findByText("1,246");
    await Promise.resolve();
    expect(screen.queryByText(/积分规则将于/)).toBeNull();
  });
});

describe("without a network", () => {
  it("shows the last wallet and when it was seen", async () => {
    let gone = false;
    serve(everything, { offline: () => gone });
    const { unmount } = render(<App />);
    await screen.findByText("1,246");
    unmount();
    queries.clear();
    gone = true;
    render(<App />);
    expect(screen.getByText("1,246")).toBeTruthy();
    expect(await screen.findByText(/显示的是 .* 的积分/, undefined, { timeout: 5000 })).toBeTruthy();
  });

  it("says so and offers to try again where nothing was kept", async () => {
    let gone = true;
    serve(everything, { offline: () => gone });
    render(<App />);
    const again = await screen.findByRole("button", { name: "再试一次" }, { timeout: 5000 });
    gone = false;
    fireEvent.click(again);
    expect(await screen.findByText("1,246")).toBeTruthy();
  });
});

describe("the way in", () => {
  it("is shown to who is not signed in, and nothing that was kept", async () => {
    localStorage.setItem("jifen.kept", JSON.stringify({ wallet, member, program: everything["/v1/program"] }));
    serve({});
    render(<App />);
    expect(await screen.findByRole("heading", { name: "登录查看积分" })).toBeTruthy();
    expect(localStorage.getItem("jifen.kept")).toBeNull();
  });

  it("forgets what it kept of another member", async () => {
    const other = { ...member, id: "wang" };
    localStorage.setItem("jifen.kept", JSON.stringify({ wallet, member: other, program: everything["/v1/program"] }));
    serve(everything);
    render(<App />);
    await vi.waitFor(() => {
      expect(JSON.parse(localStorage.getItem("jifen.kept") ?? "{}")).toMatchObject({ member: { id: "lin" } });
    });
  });

  it("asks for a number or an address before anything is sent", async () => {
    const asked = serve({});
    render(<App />);
    fireEvent.click(await screen.findByRole("button", { name: "获取验证码" }));
    expect(await screen.findByRole("alert")).toBeTruthy();
    expect(asked).not.toContain("/v1/member-sign-in/codes");
  });

  it("forgets everything when the member signs out", async () => {
    serve({ ...everything, "/v1/sign-out": {} });
    history.replaceState(null, "", "/settings");
    render(<App />);
    const out = await screen.findByRole("button", { name: "退出登录" });
    serve({ "/v1/sign-out": {} });
    fireEvent.click(out);
    expect(await screen.findByRole("heading", { name: "登录查看积分" })).toBeTruthy();
    expect(localStorage.getItem("jifen.kept")).toBeNull();
  });
});

describe("a sign-in that ends", () => {
  it("shows the way in as soon as the server says so", async () => {
    serve(everything);
    render(<App />);
    await screen.findByText("1,246");
    const unauthorized = { type: "https://jifen.dev/problems/unauthorized", title: "t", status: 401, detail: "d" };
    vi.stubGlobal("fetch", () =>
      Promise.resolve(Response.json({ ...unauthorized, instance: "req-2" }, { status: 401 })),
    );
    await queries.invalidateQueries({ queryKey: ["wallet"] });
    expect(await screen.findByRole("heading", { name: "登录查看积分" }, { timeout: 5000 })).toBeTruthy();
  });
});

describe("the history", () => {
  it("goes by month, with what came and went", async () => {
    const used = {
      ...entries.data[0],
      number: 2,
      kind: "spend",
      points: -6,
      amount: 6,
      balance: 40,
      from: "available",
    };
    serve({ ...everything, "/v1/members/lin/entries": { data: [used, entries.data[0]], next_cursor: null } });
    history.replaceState(null, "", "/history");
    render(<App />);
    expect(await screen.findByRole("heading", { name: "2026年6月" })).toBeTruthy();
    expect(screen.getByText("获得 46，减少 6")).toBeTruthy();
    expect(screen.getByText("−6")).toBeTruthy();
  });

  it("says what went wrong, that nothing was lost, and the number for support", async () => {
    serve({ ...everything, "/v1/members/lin/entries": undefined });
    history.replaceState(null, "", "/history");
    render(<App />);
    expect(await screen.findByText(/客服编号 req-1/)).toBeTruthy();
    expect(screen.getByText("您的积分不受影响。")).toBeTruthy();
  });
});
