import { choose } from "@jifen/look";
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../src/app/App.tsx";
import { queries } from "../src/shared/api.ts";
import { everything, serve } from "./server.ts";

// Pages are loaded when they are first opened, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 5_000 });

const message = {
  id: "msg_1",
  kind: "points-lapsing",
  show: "inbox",
  at: "2026-10-01T00:00:00+08:00",
  expires_at: "2027-03-30T00:00:00+08:00",
  title: { zh: "1,200 积分将到期", en: "1,200 points lapse" },
  text: { zh: "为您推荐：<b>马克杯</b>。", en: "You could have: mug." },
  link: "/redeem",
  read_at: null,
};

const settings = {
  channels: [
    { channel: "sms", marketing: false, service: true, at: null },
    { channel: "email", marketing: false, service: true, at: null },
  ],
  language: "zh",
  browsers: 0,
  push_key: null,
};

const inbox = "/v1/members/lin/messages";

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  queries.clear();
  history.replaceState(null, "", "/inbox");
  choose({ lang: "zh", theme: "system", plain: false });
  HTMLDialogElement.prototype.showModal = vi.fn(function (this: HTMLDialogElement) {
    this.open = true;
  });
  HTMLDialogElement.prototype.close = vi.fn(function (this: HTMLDialogElement) {
    this.open = false;
    this.dispatchEvent(new Event("close"));
  });
});
afterEach(cleanup);

describe("messages", () => {
  it("are listed, opened, and count as read then", async () => {
    const asked = serve({
      ...everything,
      [inbox]: { data: [message], next_cursor: null },
      [`${inbox}/count`]: { unread: 1, more: false },
      [`${inbox}/read`]: { read: 1 },
    });
    const { container } = render(<App />);
    fireEvent.click(await screen.findByRole("button", { name: /1,200 积分将到期/ }));
    expect(await screen.findByRole("link", { name: "查看" })).toBeTruthy();
    expect(container.querySelector("b")).toBeNull();
    await waitFor(() => expect(asked).toContain(`${inbox}/read`));
  });

  it("say that there are none", async () => {
    serve({ ...everything, [inbox]: { data: [], next_cursor: null } });
    render(<App />);
    expect(await screen.findByText("您还没有消息。")).toBeTruthy();
  });

  it("pop up over the page that is open, once", async () => {
    history.replaceState(null, "", "/");
    const asked = serve({
      ...everything,
      [inbox]: { data: [{ ...message, show: "popup" }], next_cursor: null },
      [`${inbox}/count`]: { unread: 1, more: false },
      [`${inbox}/read`]: { read: 1 },
    });
    render(<App />);
    expect(await screen.findByText("1,200 积分将到期")).toBeTruthy();
    expect(screen.getByRole("link", { name: "消息（1 条未读）" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "关闭" }));
    await waitFor(() => expect(screen.queryByText("1,200 积分将到期")).toBeNull());
    await waitFor(() => expect(asked).toContain(`${inbox}/read`));
  });

  it("come by the ways that the member agrees to", async () => {
    history.replaceState(null, "", "/inbox/settings");
    const path = "/v1/members/lin/message-settings";
    const asked = serve({ ...everything, [path]: settings });
    render(<App />);
    const offers = await screen.findAllByRole("switch", { name: "优惠消息" });
    expect(offers.map((offer) => (offer as HTMLInputElement).checked)).toEqual([false, false]);
    expect(screen.getByText("此浏览器不支持通知。")).toBeTruthy();
    const before = asked.filter((one) => one === path).length;
    fireEvent.click(offers[0] as HTMLElement);
    await waitFor(() => expect(asked.filter((one) => one === path).length).toBe(before + 1));
  });
});
