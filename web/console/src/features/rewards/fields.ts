import { dayOf } from "@jifen/look";
import dayjs, { type Dayjs } from "dayjs";
import { toMajor, toMinor } from "../../shared/money.ts";
import { endOfDay, startOfDay } from "../../shared/zoned.ts";
import { said, type NewReward, type RewardDetail } from "./api.ts";
import { blankMakeup, filledMakeup, writtenMakeup, type MakeupFields } from "./makeup.ts";

/** A reward as the form holds it: money as typed, days as chosen. */
export interface Fields extends MakeupFields {
  id?: string;
  zh: string;
  en: string;
  kind: NewReward["kind"];
  category?: string;
  unit?: string;
  /** Whether the points are set, or follow from the worth. */
  priced: "points" | "fixed" | "value";
  points?: number | null;
  value?: string | null;
  cash?: string | null;
  cost?: string | null;
  /** Only where it is made. */
  stock?: number | null;
  limited: boolean;
  hidden: boolean;
  birthday_only: boolean;
  tiers: string[];
  members: string[];
  tags: string[];
  regions: string[];
  stores: string[];
  from?: Dayjs | null;
  until?: Dayjs | null;
  hours: { from: number; to: number }[];
}

/** Where the form is filled in: the program's zone and money. */
export interface Place {
  zone: string;
  currency: string;
  digits: number;
}

/** What a new reward's form begins with. */
export function blank(): Fields {
  return {
    zh: "",
    en: "",
    kind: "goods",
    priced: "points",
    limited: false,
    hidden: false,
    birthday_only: false,
    tiers: [],
    members: [],
    tags: [],
    regions: [],
    stores: [],
    hours: [],
    ...blankMakeup(),
  };
}

/** The form of a reward that is there. */
export function filled(reward: RewardDetail, { zone, digits }: Place): Fields {
  const money = (amount: { amount: number } | null | undefined) => (amount ? toMajor(amount.amount, digits) : null);
  const { kind, category, unit, limited, hidden, birthday_only, tiers, members, tags, regions, stores } = reward;
  return {
    ...{ id: reward.id, kind, category, unit, limited, hidden, birthday_only, tiers, members, tags, regions, stores },
    zh: reward.name.zh,
    en: reward.name.en,
    priced: pricedHow(reward),
    points: reward.points ?? null,
    value: money(reward.value),
    cash: reward.cash.amount > 0 ? money(reward.cash) : null,
    cost: money(reward.cost),
    from: reward.from ? dayjs(dayOf(reward.from, zone)) : null,
    // The end is the first instant that is out: the day before it is the last.
    until: reward.until ? dayjs(dayOf(new Date(Date.parse(reward.until) - 1).toISOString(), zone)) : null,
    hours: (reward.hours as [number, number][]).map(([from, to]) => ({ from, to })),
    ...filledMakeup(reward),
  };
}

function pricedHow({ points, fixed }: RewardDetail): Fields["priced"] {
  if (points == null) return "value";
  return fixed ? "fixed" : "points";
}

/** What is to be sent. Whatever the form does not know of a reward stays as it was. */
export function written(fields: Fields, before: RewardDetail | null, place: Place): NewReward {
  const { zone, currency, digits } = place;
  const money = (text: string | null | undefined) => {
    const amount = text ? toMinor(text, digits) : null;
    return amount === null ? null : { amount, currency };
  };
  const was = before ? filled(before, place) : null;
  const instant = (edge: "from" | "until", of: (day: string, zone: string) => string) => {
    const day = fields[edge]?.format("YYYY-MM-DD");
    if (!day) return null;
    // A day that nobody touched keeps its instant, which may lie within the day.
    return day === was?.[edge]?.format("YYYY-MM-DD") ? (before?.[edge] ?? null) : of(day, zone);
  };
  const { kind, limited, hidden, birthday_only, tiers, members, tags, regions, stores } = fields;
  const says: Record<string, unknown> = {
    ...(before ? said(before) : {}),
    ...{ kind, limited, hidden, birthday_only, tiers, members, tags, regions, stores },
    ...(fields.id ? { id: fields.id } : {}),
    name: { zh: fields.zh.trim(), en: fields.en.trim() },
    category: fields.category ?? null,
    unit: fields.unit ?? null,
    points: fields.priced === "value" ? null : (fields.points ?? null),
    fixed: fields.priced === "fixed",
    value: money(fields.value),
    cash: money(fields.cash),
    cost: money(fields.cost),
    from: instant("from", startOfDay),
    until: instant("until", endOfDay),
    hours: fields.hours.map(({ from, to }) => [from, to]),
    ...writtenMakeup(fields),
    ...(before ? {} : { stock: fields.stock ?? null }),
  };
  return Object.fromEntries(Object.entries(says).filter(([, value]) => value !== null)) as unknown as NewReward;
}
