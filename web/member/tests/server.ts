import { vi } from "vitest";

const name = (zh: string, en: string) => ({ zh, en });

export const program = {
  id: "rulebook",
  name: name("会员积分计划", "Members' points"),
  version: 1,
  zone: "Asia/Shanghai",
  currency: "CNY",
  enrolls_unknown_members: true,
  units: [{ id: "points", name: name("积分", "points"), value: "0.01", spendable: true, foreign: false }],
  tiers: [{ id: "silver", name: name("银卡会员", "Silver"), rank: 1, earning_multiplier: "1.2" }],
  sources: [{ id: "purchase", name: name("消费积分", "Purchase") }],
  channels: [],
  categories: [],
  default_category: "daily",
};

export const member = {
  id: "lin",
  tier: "silver",
  name: "林",
  joined_at: "2026-01-01T00:00:00+08:00",
  tags: [],
  statistics: { orders: 1, spent: { amount: 4600, currency: "CNY" } },
  states: { frozen: false, in_debt: false },
  personal: "clear",
};

export const wallet = {
  as_of: "2026-06-18T20:15:00+08:00",
  units: [
    {
      unit: "points",
      available: 1246,
      pending: 30,
      held: 0,
      dormant: 0,
      debt: 0,
      expiring: [{ at: "2027-01-01T00:00:00+08:00", points: 46 }],
      lifetime: { earned: 1246, spent: 0, expired: 0 },
      worth: { amount: 1246, currency: "CNY" },
    },
  ],
};

export const entries = {
  data: [
    {
      number: 1,
      effective_at: "2026-06-18T20:15:00+08:00",
      recorded_at: "2026-06-18T20:15:00+08:00",
      kind: "earn",
      unit: "points",
      points: 46,
      amount: 46,
      from: "issued",
      to: "available",
      balance: 1246,
      cause: {
        type: "event",
        order: "<img src=x onerror=alert(1)>",
        rule: "daily",
        rule_version: 1,
        source: "purchase",
      },
      explanation: name(
        "日用品消费：消费46.00元，每1.00元得1积分，得46积分。",
        "Daily goods: 46.00 yuan, gives 46 points.",
      ),
    },
  ],
  next_cursor: null,
};

export const session = {
  kind: "member",
  id: "lin",
  name: "林",
  roles: [],
  scopes: [],
  csrf: "guard",
  expires_at: "2026-06-18T21:15:00+08:00",
  sandbox: true,
};

/** Answers by path; nothing for what is not there, and no answer at all where `offline` says so. */
export function serve(
  known: Record<string, unknown>,
  { offline = (_path: string): boolean => false, answers = () => known } = {},
) {
  const asked: string[] = [];
  vi.stubGlobal("fetch", (input: Request | string) => {
    const url = new URL(typeof input === "string" ? input : input.url, location.href);
    asked.push(url.pathname);
    if (offline(url.pathname)) return Promise.reject(new TypeError("no network"));
    const body = answers()[url.pathname];
    if (body !== undefined) return Promise.resolve(Response.json(body));
    const signedOut = url.pathname === "/v1/session";
    const code = signedOut ? "unauthorized" : "not-found";
    const status = signedOut ? 401 : 404;
    const problem = {
      type: `https://jifen.dev/problems/${code}`,
      title: code,
      status,
      detail: code,
      instance: "req-1",
    };
    return Promise.resolve(Response.json(problem, { status, headers: { "x-request-id": "req-1" } }));
  });
  return asked;
}

export const everything = {
  "/v1/session": session,
  "/v1/program": program,
  "/v1/members/lin": member,
  "/v1/members/lin/wallet": wallet,
  "/v1/members/lin/entries": entries,
};
