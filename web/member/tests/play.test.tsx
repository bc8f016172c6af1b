import { choose } from "@jifen/look";
import { cleanup, configure, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { App } from "../src/app/App.tsx";
import { queries } from "../src/shared/api.ts";
import { everything, serve } from "./server.ts";

// Pages are loaded when they are first opened, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 5_000 });

const name = (zh: string, en: string) => ({ zh, en });

beforeEach(() => {
  localStorage.clear();
  sessionStorage.clear();
  queries.clear();
  choose({ lang: "zh", theme: "system", plain: false });
});
afterEach(cleanup);

function at(path: string): void {
  history.replaceState(null, "", path);
  render(<App />);
}

/** Notes what is sent, and lets the answers change with it. */
function listen(path: string, then: () => void): { bodies: string[]; keys: (string | null)[] } {
  const served = globalThis.fetch;
  const heard = { bodies: [] as string[], keys: [] as (string | null)[] };
  vi.stubGlobal("fetch", async (request: Request) => {
    if (request.method !== "GET" && new URL(request.url).pathname === path) {
      heard.bodies.push(await request.clone().text());
      heard.keys.push(request.headers.get("idempotency-key"));
      then();
    }
    return served(request);
  });
  return heard;
}

const days = Array.from({ length: 31 }, (_, at) => ({
  day: new Date(Date.UTC(2026, 4, 19 + at)).toISOString().slice(0, 10),
  done: at >= 28 && at < 30,
}));

const streak = {
  id: "sign_in",
  name: name("连续签到", "Daily sign-in"),
  event: "member.signed_in",
  length: 2,
  best: 9,
  done_today: false,
  may_check_in: true,
  days,
  today: { awards: [{ rule: "ladder", name: name("签到", "Sign-in"), unit: "points", points: 15 }], odds: [] },
  tomorrow: {
    awards: [{ rule: "ladder", name: name("签到", "Sign-in"), unit: "points", points: 50 }],
    odds: [
      {
        rule: "surprise",
        name: name("惊喜", "Surprise"),
        unit: "points",
        chance_ppm: 50_000,
        points_from: 10,
        points_to: 100,
      },
    ],
  },
};

const task = {
  id: "weekly-browse",
  name: name("每周逛一逛", "A look around"),
  about: null,
  kind: "weekly",
  from: "2026-06-15T00:00:00+08:00",
  until: "2026-06-22T00:00:00+08:00",
  state: "open",
  ordered: false,
  completed: 0,
  times: 1,
  steps: [{ id: "look", name: name("浏览品类", "look"), done: 1, goal: 3, counts: "different" }],
  awards: [{ kind: "points", unit: "points", points: 20 }],
};

const play = {
  ...everything,
  "/v1/members/lin/streaks": { as_of: "2026-06-18T20:15:00+08:00", streaks: [streak] },
  "/v1/members/lin/tasks": {
    data: [
      task,
      { ...task, id: "buy", kind: "daily", name: name("今日购物", "Buy today"), state: "done" },
      { ...task, id: "secret", kind: "badge", name: name("徽章条件", "For a badge") },
    ],
  },
};

describe("the task center", () => {
  // row MEM-07
  it("signs in by one tap, once, and says what tomorrow brings", async () => {
    let signed = false;
    const done = {
      ...streak,
      length: 3,
      done_today: true,
      days: days.map((day, at) => ({ ...day, done: day.done || at === 30 })),
    };
    serve(play, {
      answers: () =>
        signed
          ? {
              ...play,
              "/v1/members/lin/streaks": { as_of: "x", streaks: [done] },
              "/v1/members/lin/check-ins": {
                outcome: name("签到第 3 天，得 15 积分。", "Day 3: 15 points."),
                awards: [],
              },
            }
          : play,
    });
    const heard = listen("/v1/members/lin/check-ins", () => (signed = true));
    at("/tasks");
    const button = await screen.findByRole("button", { name: "签到，得 15 积分" });
    expect(screen.getByText("连续 2 天")).toBeTruthy();
    fireEvent.click(button);
    fireEvent.click(button);
    expect(await screen.findByText("签到第 3 天，得 15 积分。")).toBeTruthy();
    expect(heard.bodies.map((body) => JSON.parse(body) as unknown)).toEqual([{ streak: "sign_in" }]);
    expect(heard.keys[0]).toBeTruthy();
    expect(screen.getByText(/明天签到得 50 积分/)).toBeTruthy();
    expect(screen.getByText("有 5% 的机会另得 10 至 100 积分")).toBeTruthy();
    expect(screen.getByLabelText("2026年6月18日，已签到")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /签到，得/ })).toBeNull();
  });

  // row MEM-07
  it("shows how far each task is, until when, and what it gives; badges have a page of their own", async () => {
    serve(play);
    at("/tasks");
    expect(await screen.findByRole("heading", { name: "每周任务" })).toBeTruthy();
    const bar = screen.getByRole("progressbar", { name: "浏览品类 1 / 3" }) as HTMLProgressElement;
    expect([bar.value, bar.max]).toEqual([1, 3]);
    expect(screen.getByText("+20 积分")).toBeTruthy();
    expect(screen.getByText(/2026年6月21日 23:59 截止/)).toBeTruthy();
    expect(screen.getByText("✓ 已完成")).toBeTruthy();
    expect(screen.queryByText("徽章条件")).toBeNull();
  });

  it("says so where nothing is to be done, and what went wrong where something did", async () => {
    serve({ ...play, "/v1/members/lin/tasks": { data: [] } });
    at("/tasks");
    expect(await screen.findByText(/目前没有任务/)).toBeTruthy();
    cleanup();
    queries.clear();
    serve({ ...play, "/v1/members/lin/tasks": undefined });
    at("/tasks");
    expect(await screen.findByText(/客服编号 req-1/)).toBeTruthy();
  });
});

describe("the wall of badges", () => {
  // row MEM-08
  it("has what is held first, and riddles for what is hidden", async () => {
    const badge = { kind: "badge", about: null, hidden: false, riddle: null, image: null, until: null };
    serve({
      ...everything,
      "/v1/members/lin/badges": {
        data: [
          {
            ...badge,
            id: null,
            name: null,
            hidden: true,
            riddle: name("月圆之夜", "A full moon"),
            held: false,
            earned_at: null,
          },
          {
            ...badge,
            id: "b1",
            name: name("社交达人", "Connector"),
            held: true,
            earned_at: "2026-06-01T00:00:00+08:00",
          },
        ],
      },
      "/v1/members/lin/collections": {
        data: [
          {
            id: "five",
            name: name("春节福卡", "Five cards"),
            from: null,
            until: null,
            day_max: 3,
            complete: false,
            cards: [{ id: "fu", name: name("福", "fu"), held: 2, odds_ppm: 200_000 }],
          },
        ],
      },
    });
    at("/badges");
    expect(await screen.findByText("已获得 1 / 2")).toBeTruthy();
    const names = screen.getAllByRole("listitem").map((one) => one.querySelector("strong")?.textContent);
    expect(names).toEqual(["社交达人", "隐藏徽章", "福"]);
    expect(screen.getByText("月圆之夜")).toBeTruthy();
    expect(screen.getByText("2026年6月1日 获得")).toBeTruthy();
    expect(await screen.findByText("抽中概率 20%")).toBeTruthy();
  });
});

describe("leaderboards", () => {
  // row MEM-08
  it("show one's own place before the others, who stay unnamed", async () => {
    const place = (place: number, alias: string, score: number, own = false) => ({
      place,
      alias: name(alias, alias),
      score,
      own,
      reached_at: "2026-06-18T20:15:00+08:00",
    });
    serve({
      ...everything,
      "/v1/leaderboards": {
        data: [
          {
            id: "earned",
            name: name("积分获取榜", "Earned"),
            by: "earned",
            unit: "points",
            period: "month",
            by_store: false,
            top: 10,
            prizes: [
              {
                from: 1,
                to: 10,
                awards: [
                  { kind: "badge", badge: "x" },
                  { kind: "points", unit: "points", points: 100 },
                ],
              },
            ],
            prizes_after_hours: 24,
          },
        ],
      },
      "/v1/leaderboards/earned": {
        id: "earned",
        from: "2026-06-01",
        until: "2026-07-01",
        over: false,
        data: [place(1, "…8fa2", 900), place(2, "…lin", 500, true)],
        own: place(2, "…lin", 500, true),
        winners: [],
      },
    });
    at("/boards");
    expect(await screen.findByText("第 2 名")).toBeTruthy();
    expect(screen.getByText(/2026年6月1日 至 2026年6月30日/)).toBeTruthy();
    expect(screen.getByText("…8fa2", { exact: false })).toBeTruthy();
    expect(await screen.findByText("徽章、+100 积分")).toBeTruthy();
    expect(screen.getByText("第 1 至 10 名")).toBeTruthy();
  });
});

describe("the tier center", () => {
  const standing = {
    tier: "silver",
    name: name("银卡会员", "Silver"),
    since: "2026-01-01T00:00:00+08:00",
    permanent: { tier: "silver", name: name("银卡会员", "Silver") },
    temporary_until: null,
    scheme: { reading: "linear", months: 12, upgrade: "at_once" },
    score: {
      total: 620,
      from: "2025-06-18",
      parts: [{ of: "spent", name: name("消费", "Spent"), amount: 1_240_000, score: "620.00" }],
    },
    keep: { line: 500, reached: true },
    next: {
      tier: "gold",
      name: name("金卡会员", "Gold"),
      from: 1000,
      missing: 380,
      by: [
        { of: "spent", name: name("消费", "Spent"), amount: 760_000 },
        { of: "orders", name: name("订单", "Orders"), amount: 19 },
      ],
    },
    notice: null,
    merits: [{ kind: "keep", task: "quarter", name: name("季度消费", "Spend"), at: "2026-05-01T00:00:00+08:00" }],
    next_assessment: "2026-07-01T00:00:00+08:00",
    stage: null,
    benefits: [{ id: "discount", name: name("兑换折扣", "Discount"), value: name("九五折", "5% off") }],
    history: [{ at: "2026-01-01T00:00:00+08:00", before: "basic", tier: "silver", cause: "reached" }],
  };

  // row MEM-06
  it("shows the tier, how far the next one is and by what, what it gives, and how it changed", async () => {
    serve({ ...everything, "/v1/members/lin/tier": standing });
    at("/tier");
    expect(await screen.findByText("还差 380 升级到金卡会员")).toBeTruthy();
    const bar = screen.getByRole("progressbar", { name: "升级进度 620 / 1,000" }) as HTMLProgressElement;
    expect([bar.value, bar.max]).toEqual([620, 1000]);
    expect(screen.getByText("再消费 ¥7,600.00")).toBeTruthy();
    expect(screen.getByText("再完成 19 单")).toBeTruthy();
    expect(screen.getByText(/保级线 500 · 已达到/)).toBeTruthy();
    expect(screen.getByText("九五折")).toBeTruthy();
    expect(screen.getByText("达到条件")).toBeTruthy();
    expect(screen.getByText("✓ 已完成季度消费，下次评定不降级。")).toBeTruthy();
  });

  // row MEM-06
  it("says before a fall when it comes and how it can be kept", async () => {
    const notice = {
      tier: "basic",
      name: name("普通会员", "Basic"),
      noticed_at: "2026-06-01T00:00:00+08:00",
      at: "2026-07-01T00:00:00+08:00",
    };
    serve({ ...everything, "/v1/members/lin/tier": { ...standing, notice, keep: { line: 700, reached: false } } });
    at("/tier");
    expect(await screen.findByText("2026年7月1日 起等级将变为普通会员。此前分数恢复即可保留。")).toBeTruthy();
    expect(screen.getByText(/保级线 700 · 尚未达到/)).toBeTruthy();
  });
});

describe("inviting friends", () => {
  const referrals = { code: "K7M2", referrer: null, invited: 1, completed: 0, earned: [], data: [], next_cursor: null };

  it("gives a code to be scanned, shared and read out, and says what came of it", async () => {
    serve({
      ...everything,
      "/v1/members/lin/invitation": {
        code: "K7M2-9QXP",
        share: name("来和我一起攒积分", "Join me"),
        path: "/join?code=K7M2-9QXP",
      },
      "/v1/members/lin/referrals": {
        ...referrals,
        completed: 1,
        earned: [{ unit: "points", points: 200 }],
        data: [
          {
            friend: "王*",
            state: "completed",
            bound_at: "2026-06-01T00:00:00+08:00",
            until: "2026-07-01T00:00:00+08:00",
            completed_at: "2026-06-02T00:00:00+08:00",
            earned: [{ unit: "points", points: 200 }],
          },
          {
            friend: "…8fa2",
            state: "refused",
            refused: "same-device",
            bound_at: "2026-06-03T00:00:00+08:00",
            until: "2026-07-03T00:00:00+08:00",
            earned: [],
          },
        ],
      },
    });
    const shared: ShareData[] = [];
    vi.stubGlobal(
      "navigator",
      Object.assign(navigator, { share: (what: ShareData) => (shared.push(what), Promise.resolve()) }),
    );
    at("/invite");
    expect(await screen.findByText("K7M2-9QXP")).toBeTruthy();
    expect(await screen.findByRole("img", { name: "邀请码 K7M2-9QXP 的二维码" })).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "分享给好友" }));
    expect(shared).toEqual([{ text: "来和我一起攒积分", url: "http://jifen.test/join?code=K7M2-9QXP" }]);
    expect(await screen.findByText("+200 积分")).toBeTruthy();
    expect(screen.getByText(/不计奖励 · 与您同一设备/)).toBeTruthy();
  });

  it("takes the code of a link, once", async () => {
    serve({
      ...everything,
      "/v1/members/lin/referrals": { referrer: "王*", state: "bound", until: "2026-07-01T00:00:00+08:00" },
    });
    const heard = listen("/v1/members/lin/referrals", () => undefined);
    at("/join?code=K7M2-9QXP");
    const button = await screen.findByRole("button", { name: "确认" });
    fireEvent.click(button);
    fireEvent.click(button);
    expect(await screen.findByText("已记录，您由 王* 邀请。")).toBeTruthy();
    expect(heard.bodies.map((body) => JSON.parse(body) as unknown)).toEqual([{ code: "K7M2-9QXP" }]);
  });
});

describe("points that lapse soon", () => {
  it("can have a later date from the page that names them; what it costs is said first", async () => {
    let put = false;
    const lapse = { expires_at: "2027-01-01T00:00:00+08:00", points: 46, noticed_at: null };
    const offer = { possible: true, why: null, expires_at: "2027-04-01T00:00:00+08:00", fee: 5 };
    const outlook = { unit: "points", balance: 1246, dormant: 0, shrunk: 0, falls_asleep_at: null, lapsed: [] };
    const open = { ...everything, "/v1/members/lin/expiring": { ...outlook, data: [{ ...lapse, extension: offer }] } };
    serve(open, {
      answers: () =>
        put
          ? {
              ...open,
              "/v1/members/lin/expiring": {
                ...outlook,
                data: [{ ...lapse, extension: { possible: false, why: "once", expires_at: null, fee: 0 } }],
              },
              "/v1/members/lin/extensions": { id: "ext_1" },
            }
          : open,
    });
    const heard = listen("/v1/members/lin/extensions", () => (put = true));
    at("/expiring");
    fireEvent.click(await screen.findByRole("button", { name: "延长有效期" }));
    expect(screen.getByText("46 积分 延长至 2027年3月31日")).toBeTruthy();
    expect(screen.getByText("需要 5 积分")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: "确认延长" }));
    await vi.waitFor(() => expect(screen.queryByRole("button", { name: "延长有效期" })).toBeNull());
    expect(heard.bodies.map((body) => JSON.parse(body) as unknown)).toEqual([
      { unit: "points", expires_at: "2027-01-01T00:00:00+08:00" },
    ]);
  });
});
