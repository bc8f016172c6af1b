import { choose } from "@jifen/look";
import { act, cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../src/app/App.tsx";
import { payAt } from "../src/features/redemptions/PayNow.tsx";
import { queries } from "../src/shared/api.ts";
import { everything, serve } from "./server.ts";

// Pages are loaded when they are first opened, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 5_000 });

const yuan = (amount: number) => ({ amount, currency: "CNY" });

const item = {
  id: "cup",
  name: { zh: "杯子", en: "Cup" },
  kind: "goods",
  category: "daily",
  unit: "points",
  points: 900,
  cash: yuan(0),
  value: yuan(1200),
  point_buys: "0.013333",
  explanation: [{ zh: "标价 1000 积分", en: "1,000 points as set" }],
  remaining: 7,
  available: true,
  affordable: true,
  tags: ["居家"],
  stores: [],
  limited: false,
  birthday_only: false,
  images: [],
  parts: [],
  choices: [],
};

const terms = {
  quote_minutes: 15,
  most_cash: yuan(450),
  payment_minutes: 30,
  least_points: 1,
  points_max: 5000,
  month_max: 5,
  day_max: null,
  deliveries: ["pick_up", "ship", "express"],
  ship_hours: 24,
  voucher_days: 30,
  voucher_fee: "0.1",
  return_days: 7,
  confirm_above: null,
  confirm_hours: null,
};

const reward = { ...item, hidden: false, wallet: 1246, cash_for_missing: null, prices: [], terms };

const quote = {
  id: "quo_1",
  member: "lin",
  reward: "cup",
  quantity: 1,
  unit: "points",
  points: 900,
  cash: yuan(0),
  delivery: "pick_up",
  explanation: [],
  expires_at: "2026-06-18T20:30:00+08:00",
  available: 1246,
  missing: 0,
};

const redemption = {
  id: "rdm_1",
  name: item.name,
  state: "open",
  member: "lin",
  reward: "cup",
  quote: "quo_1",
  quantity: 1,
  unit: "points",
  points: 900,
  cash: yuan(0),
  points_back: 0,
  cash_back: yuan(0),
  delivery: "pick_up",
  at: "2026-06-18T20:15:00+08:00",
  waits_until: null,
  ship_by: null,
  handed_at: null,
  tracking: null,
  can_cancel: true,
  can_return: true,
  can_return_defective: true,
  vouchers: [{ code: "0CR5M2-8V1XQZ-7TKB4H", state: "open", points: 900, expires_at: "2099-07-18T20:15:00+08:00" }],
};

const shop = {
  ...everything,
  "/v1/rewards": {
    point_worth: "0.01",
    available: 1246,
    priority: false,
    birthday: false,
    layers: [],
    themes: [],
    data: [item],
  },
  "/v1/members/lin/rewards/cup": reward,
  "/v1/quotes": quote,
  "/v1/redemptions": redemption,
  "/v1/redemptions/rdm_1": redemption,
  "/v1/members/lin/redemptions": { data: [], next_cursor: null },
};

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  queries.clear();
  history.replaceState(null, "", "/redeem/cup");
  choose({ lang: "zh", theme: "system", plain: false });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

async function atConfirm() {
  render(<App />);
  fireEvent.click(await screen.findByRole("button", { name: /立即兑换/ }));
  return screen.findByRole("button", { name: "确认，支付 900 积分" });
}

/** The body that was sent last to a path, read off the requests as they pass by. */
function bodies(path: string): () => Promise<unknown> {
  const served = globalThis.fetch;
  let last: Request | null = null;
  vi.stubGlobal("fetch", (request: Request) => {
    if (new URL(request.url).pathname === path) last = request.clone();
    return served(request);
  });
  return async () => (last as Request | null)?.clone().json() as Promise<unknown>;
}

const times = (asked: string[], path: string) => asked.filter((one) => one === path).length;

describe("redeeming", () => {
  it("says what applies, with the key words bold", async () => {
    serve(shop);
    const { container } = render(<App />);
    await screen.findByRole("heading", { name: "要点" });
    const bold = [...container.querySelectorAll(".rule-section strong")].map((one) => one.textContent);
    expect(bold).toEqual(expect.arrayContaining(["扣除 10%", "7 天", "24 小时内", "免费取消"]));
    expect(screen.getByText("剩 7 件")).toBeTruthy();
    expect(screen.getByText("1 积分换 ¥0.0133")).toBeTruthy();
  });

  it("sends one request however often the button is pressed, and shows the code", async () => {
    const asked = serve(shop);
    const button = await atConfirm();
    fireEvent.click(button);
    fireEvent.click(button);
    fireEvent.click(button);
    expect(await screen.findByText("0CR5M2-8V1XQZ-7TKB4H")).toBeTruthy();
    expect(times(asked, "/v1/redemptions")).toBe(1);
    expect(location.pathname).toBe("/redemptions/rdm_1");
  });

  it("looks up what became of it when the answer was lost, and pays no second time", async () => {
    let answers: Record<string, unknown> = shop;
    let lost = false;
    const asked = serve(shop, { offline: (path) => lost && path === "/v1/redemptions", answers: () => answers });
    const button = await atConfirm();
    lost = true;
    fireEvent.click(button);
    fireEvent.click(await screen.findByRole("button", { name: "现在核对" }));
    // It was not carried out: that is said, and the same price may be paid again.
    expect(await screen.findByText(/没有兑换成功，积分没有变动/)).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "确认，支付 900 积分" }));
    await screen.findByRole("button", { name: "现在核对" });
    // This time it was, though the answer was lost.
    answers = { ...shop, "/v1/members/lin/redemptions": { data: [redemption], next_cursor: null } };
    fireEvent.click(screen.getByRole("button", { name: "现在核对" }));
    expect(await screen.findByText("0CR5M2-8V1XQZ-7TKB4H")).toBeTruthy();
    expect(times(asked, "/v1/redemptions")).toBe(2);
  });

  it("asks for the price again once it has lapsed", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true, toFake: ["Date", "setInterval", "clearInterval"] });
    const asked = serve(shop);
    await atConfirm();
    expect(screen.getByText(/价格保留 1[45]:/)).toBeTruthy();
    act(() => void vi.advanceTimersByTime(15 * 60_000));
    expect(await screen.findByText("报价已过期，价格可能已变化。")).toBeTruthy();
    const before = times(asked, "/v1/quotes");
    fireEvent.click(screen.getByRole("button", { name: "重新询价" }));
    expect(await screen.findByRole("button", { name: "确认，支付 900 积分" })).toBeTruthy();
    expect(times(asked, "/v1/quotes")).toBe(before + 1);
  });

  it("asks for a price only once everything is chosen that it takes, and for as many as are wanted", async () => {
    const color = {
      id: "color",
      name: { zh: "颜色", en: "Color" },
      options: [
        { id: "red", name: { zh: "红色", en: "Red" } },
        { id: "blue", name: { zh: "蓝色", en: "Blue" } },
      ],
    };
    const chosen = { ...reward, choices: [color], booking: { least: 1, most: 30 } };
    const asked = serve({ ...shop, "/v1/members/lin/rewards/cup": chosen });
    const sent = bodies("/v1/quotes");
    render(<App />);
    fireEvent.click(await screen.findByRole("button", { name: /立即兑换/ }));
    await screen.findByText("请先选好上面的内容，再看价格。");
    fireEvent.click(screen.getByLabelText("蓝色"));
    expect(times(asked, "/v1/quotes")).toBe(0);
    fireEvent.change(screen.getByLabelText("预约日期"), { target: { value: "2026-07-01" } });
    fireEvent.click(screen.getByRole("button", { name: "多一件" }));
    fireEvent.click(screen.getByRole("button", { name: "多一件" }));
    await screen.findByRole("button", { name: "确认，支付 900 积分" });
    expect(await sent()).toEqual({
      member: "lin",
      reward: "cup",
      delivery: "pick_up",
      quantity: 3,
      options: { color: "blue" },
      day: "2026-07-01",
    });
    // No more pieces than there are, or than the points of one redemption allow.
    for (let tap = 0; tap < 20; tap++) fireEvent.click(screen.getByRole("button", { name: "多一件" }));
    expect(screen.getByRole("group", { name: "数量" }).textContent).toContain("5");
  });

  it("cannot be paid while points are short; money that makes up for them is one tap away", async () => {
    const short = { ...quote, points: 1800, missing: 554, cash_for_missing: yuan(554) };
    serve({ ...shop, "/v1/quotes": short });
    const sent = bodies("/v1/quotes");
    render(<App />);
    fireEvent.click(await screen.findByRole("button", { name: /立即兑换/ }));
    const pay = await screen.findByRole("button", { name: "其余付 ¥5.54" });
    expect(screen.getByRole("button", { name: /确认/ }).hasAttribute("disabled")).toBe(true);
    fireEvent.click(pay);
    await waitFor(async () => expect(await sent()).toMatchObject({ cash: yuan(554) }));
  });

  // row RED-20
  it("says what helps when points are short: some cash, or something else", async () => {
    const short = { ...reward, points: 1500, affordable: false, cash_for_missing: yuan(254) };
    serve({
      ...shop,
      "/v1/members/lin/rewards/cup": short,
      "/v1/rewards": { ...shop["/v1/rewards"], data: [{ ...item, id: "towel", name: { zh: "毛巾", en: "Towel" } }] },
    });
    render(<App />);
    expect(await screen.findByText("加 ¥2.54 现金，现在就能换。")).toBeTruthy();
    expect(await screen.findByRole("link", { name: /毛巾/ })).toBeTruthy();
    expect(screen.getByRole("button", { name: "积分 + 现金兑换" })).toBeTruthy();
  });

  // row RED-24
  it("asks one question in plain mode, and offers what can be had", async () => {
    choose({ plain: true });
    history.replaceState(null, "", "/redeem");
    const asked = serve(shop);
    render(<App />);
    fireEvent.click(await screen.findByRole("link", { name: /杯子/ }));
    fireEvent.click(await screen.findByRole("button", { name: /立即兑换/ }));
    expect(await screen.findByText("用 900 积分换“杯子”，好吗？")).toBeTruthy();
    expect(screen.queryByRole("slider")).toBeNull();
    expect(screen.queryByRole("radio")).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "先不换" }));
    await waitFor(() => expect(screen.queryByText("用 900 积分换“杯子”，好吗？")).toBeNull());
    expect(times(asked, "/v1/redemptions")).toBe(0);
  });
});

describe("what was redeemed", () => {
  const handed = { ...redemption, state: "fulfilled", handed_at: "2026-06-18T20:15:00+08:00" };

  // row RED-21
  it("is asked about once it was handed over", async () => {
    let rating: Record<string, unknown> = { asked: true, about: [] };
    const paths = { ...shop, "/v1/redemptions/rdm_1": handed };
    const asked = serve(paths, { answers: () => ({ ...paths, "/v1/redemptions/rdm_1/rating": rating }) });
    history.replaceState(null, "", "/redemptions/rdm_1");
    render(<App />);
    fireEvent.click(await screen.findByRole("radio", { name: "满意" }));
    fireEvent.click(screen.getByRole("button", { name: "质量" }));
    const before = times(asked, "/v1/redemptions/rdm_1/rating");
    rating = { asked: false, stars: 4, about: ["quality"] };
    fireEvent.click(screen.getByRole("button", { name: "提交评价" }));
    expect(await screen.findByText("感谢评价：4 分")).toBeTruthy();
    expect(times(asked, "/v1/redemptions/rdm_1/rating")).toBe(before + 2);
    expect(screen.queryByRole("radio")).toBeNull();
  });
});

describe("a service", () => {
  const service = { ...redemption, delivery: "electronic", vouchers: [] };
  const at = (day: number, free: number) => ({
    id: `slot-${day}`,
    from: `2099-06-${day}T10:00:00+08:00`,
    until: `2099-06-${day}T11:00:00+08:00`,
    places: 2,
    free,
    resource: "coach-li",
  });
  const path = "/v1/redemptions/rdm_1/booking";
  const all = {
    ...shop,
    "/v1/redemptions/rdm_1": service,
    "/v1/redemptions/rdm_1/codes": { codes: ["COFFEE-0001"] },
    "/v1/rewards/cup/slots": { data: [at(13, 0), at(14, 2)] },
  };

  // row RED-18
  it("is booked at a time that is free, and the partner's code is there to be copied", async () => {
    let booked = false;
    const booking = {
      ...at(14, 1),
      redemption: "rdm_1",
      member: "lin",
      reward: "cup",
      slot: "slot-14",
      state: "booked",
    };
    serve(all, {
      answers: () =>
        booked
          ? { ...all, [path]: { ...booking, places: 1, moved: 0, changeable_until: "2099-06-13T10:00:00+08:00" } }
          : all,
    });
    const served = globalThis.fetch;
    vi.stubGlobal("fetch", (request: Request) => {
      if (request.method === "POST" && new URL(request.url).pathname === path) booked = true;
      return served(request);
    });
    history.replaceState(null, "", "/redemptions/rdm_1");
    render(<App />);
    expect(await screen.findByText("COFFEE-0001")).toBeTruthy();
    fireEvent.click(await screen.findByRole("button", { name: "选择时段" }));
    const [full, free] = await screen.findAllByRole("button", { name: /10:00/ });
    expect(full?.hasAttribute("disabled")).toBe(true);
    if (free) fireEvent.click(free);
    expect(await screen.findByText("2099年6月13日 10:00 前可改约或取消")).toBeTruthy();
    expect(screen.getByRole("button", { name: "改约" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "取消预约" })).toBeTruthy();
  });
});

describe("a new device", () => {
  it("confirms with a code that it is the member, and pays the same price", async () => {
    const problem = { type: "https://jifen.dev/problems/device-unconfirmed", title: "t", detail: "d", status: 403 };
    let known = false;
    const asked = serve({
      ...shop,
      "/v1/members/lin": { ...everything["/v1/members/lin"], phone: "13812345678" },
      "/v1/member-sign-in/codes": {},
      "/v1/session/confirm": {},
    });
    const answer = globalThis.fetch;
    vi.stubGlobal("fetch", (input: Request) => {
      const { pathname } = new URL(input.url);
      if (pathname === "/v1/session/confirm") known = true;
      const held = pathname === "/v1/redemptions" && !known;
      return held ? Promise.resolve(Response.json(problem, { status: 403 })) : answer(input);
    });
    fireEvent.click(await atConfirm());
    fireEvent.click(await screen.findByRole("button", { name: "发送验证码到 13812345678" }));
    fireEvent.change(await screen.findByLabelText("验证码"), { target: { value: "492039" } });
    fireEvent.click(screen.getByRole("button", { name: "确认是本人" }));
    expect(await screen.findByText("0CR5M2-8V1XQZ-7TKB4H")).toBeTruthy();
    expect(asked).toContain("/v1/member-sign-in/codes");
    expect(times(asked, "/v1/redemptions")).toBe(1);
  });
});

describe("paying", () => {
  const waiting = { ...redemption, state: "awaiting_payment", cash: yuan(200), vouchers: [] };
  const payment = { redemption: "rdm_1", amount: yuan(200), refunded: yuan(0), to_refund: yuan(0) };

  // row RED-02
  it("leads to the payment page by itself after redeeming, and by a button later", async () => {
    const gone = vi.spyOn(location, "assign").mockImplementation(() => undefined);
    const pay_url = "https://pay.example/1";
    serve({
      ...shop,
      "/v1/redemptions/rdm_1": waiting,
      "/v1/redemptions/rdm_1/payment": { ...payment, state: "open", pay_url },
    });
    history.replaceState(null, "", "/redemptions/rdm_1?new");
    render(<App />);
    await waitFor(() => expect(gone).toHaveBeenCalledWith(pay_url));
    expect(location.search).toBe("");
    const link = await screen.findByRole("link", { name: "去付款 ¥2.00" });
    expect(link.getAttribute("href")).toBe(pay_url);
    expect(gone).toHaveBeenCalledTimes(1);
  });

  it("follows no address that is none of a page", () => {
    expect(payAt({ state: "open", pay_url: "javascript:alert(1)" })).toBeNull();
    expect(payAt({ state: "open", pay_url: "nowhere" })).toBeNull();
    expect(payAt({ state: "paid", pay_url: "https://pay.example/1" })).toBeNull();
    expect(payAt({ state: "open", pay_url: "https://pay.example/1" })).toBe("https://pay.example/1");
  });
});

describe("the shelf", () => {
  // rows RED-22, CAT-18
  it("is one tap from the first page, with the price and what is left beside each item", async () => {
    history.replaceState(null, "", "/");
    serve(shop);
    render(<App />);
    fireEvent.click(await screen.findByRole("link", { name: "立即兑换" }));
    expect(await screen.findByRole("link", { name: /杯子/ })).toBeTruthy();
    expect(screen.getByText("剩 7 件")).toBeTruthy();
    expect(screen.getByText("现在 1 积分值 ¥0.01")).toBeTruthy();
  });

  // rows MEM-14, MEM-15
  it("has a zone for tiers that come first and a channel for birthdays, for those who have them", async () => {
    history.replaceState(null, "", "/redeem");
    serve(shop);
    const { unmount } = render(<App />);
    await screen.findByRole("link", { name: /杯子/ });
    expect(screen.queryByRole("button", { name: "优先区" })).toBeNull();
    expect(screen.queryByRole("button", { name: "生日专区" })).toBeNull();
    unmount();
    queries.clear();
    serve({ ...shop, "/v1/rewards": { ...shop["/v1/rewards"], priority: true, birthday: true } });
    render(<App />);
    fireEvent.click(await screen.findByRole("button", { name: "优先区" }));
    expect(location.search).toBe("?zone=priority");
    fireEvent.click(await screen.findByRole("button", { name: "生日专区" }));
    expect(location.search).toBe("?zone=birthday");
  });
});
