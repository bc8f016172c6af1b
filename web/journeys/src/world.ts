import type { Server } from "./server.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What a furnished server has that addresses of pages name. */
export interface World {
  draft: string;
  /** Redemptions by where they stand. */
  redemptions: Record<"waiting" | "sent" | "used" | "booked", string>;
}

interface Made {
  id: string;
  vouchers: { code: string }[];
}

const yuan = (amount: number) => ({ amount, currency: "CNY" });

/** A program that has been in use: so that every page of both apps has something to show. The member is `an`. */
export async function furnish(server: Server): Promise<World> {
  await server.get("POST", "/v1/members", {
    id: "an",
    name: "安然",
    phone: "13812345678",
    email: "an@example.com",
    birthday: "1990-07-15",
    tags: ["potential"],
  });
  await server.get("POST", "/v1/members", { id: "wang", name: "王" });
  await friends(server);
  await purchases(server);
  await server.get("PUT", "/v1/members/an/tier", { tier: "silver", reason: "图片" });
  const gift = { unit: "points", points: 3_000, reason: "补偿" };
  await server.get("POST", "/v1/members/an/adjustments", gift, { key: "gift" });
  await habits(server);
  await server.moveTo(new Date(Date.parse(await server.now()) + DAY_MS).toISOString());
  await server.get("POST", "/v1/members/an/check-ins", { streak: "sign_in" });
  await shelf(server);
  const redemptions = await takings(server);
  await talk(server);
  const note = { note: "日用品一周返 2%" };
  const draft = await server.get<{ id: string }>("POST", "/v1/program/drafts", note, { key: "draft" });
  await server.get("POST", "/v1/price-plans", undefined, { key: "prices" });
  await server.get("POST", "/v1/assessments", {}, { key: "assessment" });
  return { draft: draft.id, redemptions };
}

async function friends(server: Server): Promise<void> {
  const { code } = await server.get<{ code: string }>("POST", "/v1/members/an/invitation", {});
  await server.get("POST", "/v1/members/wang/referrals", { code });
}

async function purchases(server: Server): Promise<void> {
  for (let order = 1; order <= 24; order++) {
    await server.pays(order % 3 ? "an" : `m-${order}`, `100${order}`, [
      ["daily", 1370 * order],
      ["appliance", order % 5 ? 0 : 129_900],
    ]);
  }
}

/** What members do between purchases, some of it too often, and one order that came much too late. */
async function habits(server: Server): Promise<void> {
  await server.get("POST", "/v1/members/an/check-ins", { streak: "sign_in" });
  await server.happens("an", "review.posted", { product: "p-1", kind: "picture", stars: 5 });
  for (let review = 0; review < 10; review++) {
    await server.happens("m-3", "review.posted", { product: `p-${review}`, kind: "text", stars: 1 });
  }
  const long = new Date(Date.parse(await server.now()) - 40 * DAY_MS).toISOString();
  await server.pays("an", "late-1", [["daily", 8_800]], long);
}

async function shelf(server: Server): Promise<void> {
  const rewards: [id: string, zh: string, en: string, more: Record<string, unknown>][] = [
    ["umbrella", "晴雨伞", "Umbrella", { points: 200, stock: 10, tags: ["春", "出行"], stores: ["store-pudong-1"] }],
    ["lamp", "护眼台灯（可调光，含适配器）", "Reading lamp with dimmer and adapter", { points: 1000, stock: 20 }],
    ["coffee", "咖啡券", "Coffee", { kind: "coupon", points: 100, limited: false, value: yuan(100) }],
    ["kettle", "电热水壶", "Kettle", { value: yuan(12_900), hidden: true, stock: 40 }],
    ["mug", "马克杯", "Mug", { points: 80, retired: true }],
    ["coach", "私教课", "Coaching", { kind: "service", category: "service", points: 120 }],
    ["lounge", "贵宾厅", "Lounge", { kind: "experience", points: 1_000, value: yuan(3_000), cost: yuan(1_000) }],
  ];
  for (const [id, zh, en, more] of rewards) {
    await server.get("POST", "/v1/rewards", { id, name: { zh, en }, kind: "goods", category: "daily", ...more });
  }
  const midnight = Math.ceil(Date.parse(await server.now()) / DAY_MS) * DAY_MS;
  const slots = [2, 3, 4].map((ahead) => {
    const starts = midnight + ahead * DAY_MS + 2 * HOUR_MS;
    const at = (ms: number) => new Date(ms).toISOString();
    return { id: `slot-${ahead}`, from: at(starts), until: at(starts + HOUR_MS), places: 2, resource: "coach-li" };
  });
  await server.get("PUT", "/v1/rewards/coach/slots", { slots }, { key: "slots" });
  // Many ask for its price, and nobody takes it: the rules propose another.
  for (let quote = 0; quote < 60; quote++) await server.get("POST", "/v1/quotes", { member: "an", reward: "lounge" });
}

async function takings(server: Server): Promise<World["redemptions"]> {
  const take = async (reward: string, more: Record<string, unknown> = {}): Promise<Made> => {
    const quote = await server.get<{ id: string }>("POST", "/v1/quotes", { member: "an", reward, ...more });
    return server.get<Made>("POST", "/v1/redemptions", { quote: quote.id });
  };
  const sent = await take("umbrella", { delivery: "ship" });
  await server.get("POST", `/v1/redemptions/${sent.id}/send`, { tracking: "SF1234567890123" });
  const used = await take("coffee");
  const till = { store: "store-pudong-1", reference: "till-1" };
  await server.get("POST", `/v1/vouchers/${used.vouchers[0]?.code}/use`, till);
  const waiting = await take("lamp");
  const booked = await take("coach");
  return { waiting: waiting.id, sent: sent.id, used: used.id, booked: booked.id };
}

/** What members were told and asked. */
async function talk(server: Server): Promise<void> {
  const mailing = { kind: "apology", members: ["an"], words: { reason: { zh: "系统升级", en: "maintenance" } } };
  await server.get("POST", "/v1/mailings", mailing, { key: "mailing" });
  const ticket = { kind: "suggestion", text: "希望可以用积分换咖啡。" };
  await server.get("POST", "/v1/members/an/tickets", ticket, { key: "ticket" });
  const until = new Date(Date.parse(await server.now()) + 7 * DAY_MS).toISOString();
  const options = [
    { id: "cat", name: { zh: "猫", en: "Cat" } },
    { id: "dog", name: { zh: "狗", en: "Dog" } },
  ];
  const vote = { id: "next-mug", name: { zh: "下一款联名杯", en: "The next mug" }, options, until };
  await server.get("POST", "/v1/votes", vote, { key: "vote" });
  await server.get("POST", "/v1/members/wang/ballots", { vote: "next-mug", option: "cat" }, { key: "ballot" });
}
