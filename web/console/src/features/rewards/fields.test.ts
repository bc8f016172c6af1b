import dayjs from "dayjs";
import { expect, it } from "vitest";
import type { RewardDetail } from "./api.ts";
import { blank, filled, written } from "./fields.ts";

const place = { zone: "Asia/Shanghai", currency: "CNY", digits: 2 };

const UMBRELLA = {
  id: "umbrella",
  name: { zh: "雨伞", en: "Umbrella" },
  kind: "goods",
  category: "daily",
  unit: "points",
  points: 500,
  fixed: false,
  value: { amount: 1999, currency: "CNY" },
  cash: { amount: 0, currency: "CNY" },
  cost: null,
  stock: 20,
  reserved: 1,
  remaining: 19,
  taken: 3,
  supplied: 23,
  counted_at: "2026-06-10T12:00:00+08:00",
  low: false,
  limited: true,
  hidden: false,
  birthday_only: false,
  tiers: ["gold"],
  members: [],
  tags: ["春"],
  regions: [],
  stores: [],
  from: "2026-06-18T10:30:00+08:00",
  until: "2026-07-01T00:00:00+08:00",
  hours: [[9, 12]],
  retired: false,
  images: [{ url: "https://shop.test/umbrella.jpg", alt: { zh: "红伞", en: "Red umbrella" } }],
  parts: [{ kind: "goods", name: { zh: "伞套", en: "Cover" }, pieces: 1 }],
  choices: [
    {
      id: "color",
      name: { zh: "颜色", en: "Color" },
      options: [{ id: "red", name: { zh: "红", en: "Red" } }],
    },
  ],
  booking: { least: 1, most: 30 },
  supplier: { name: { zh: "供应商", en: "Supplier" }, return_days: 30, return_percent: 90 },
  unlock: { when: "member.orders >= 10", terms: { zh: "满十单", en: "Ten orders" } },
  last: false,
  weight: 5,
  created_at: "2026-06-10T12:00:00+08:00",
  changed_at: "2026-06-10T12:00:00+08:00",
  now: null,
  prices: [],
} as unknown as RewardDetail;

it("a reward that nobody changed is sent as it was, without its stock", () => {
  expect(written(filled(UMBRELLA, place), UMBRELLA, place)).toEqual({
    id: "umbrella",
    fixed: false,
    name: { zh: "雨伞", en: "Umbrella" },
    kind: "goods",
    category: "daily",
    unit: "points",
    points: 500,
    value: { amount: 1999, currency: "CNY" },
    limited: true,
    hidden: false,
    birthday_only: false,
    tiers: ["gold"],
    members: [],
    tags: ["春"],
    regions: [],
    stores: [],
    from: "2026-06-18T10:30:00+08:00",
    until: "2026-07-01T00:00:00+08:00",
    hours: [[9, 12]],
    retired: false,
    images: [{ url: "https://shop.test/umbrella.jpg", alt: { zh: "红伞", en: "Red umbrella" } }],
    parts: [{ kind: "goods", name: { zh: "伞套", en: "Cover" }, pieces: 1 }],
    choices: [
      {
        id: "color",
        name: { zh: "颜色", en: "Color" },
        options: [{ id: "red", name: { zh: "红", en: "Red" } }],
      },
    ],
    booking: { least: 1, most: 30 },
    supplier: { name: { zh: "供应商", en: "Supplier" }, return_days: 30, return_percent: 90 },
    unlock: { when: "member.orders >= 10", terms: { zh: "满十单", en: "Ten orders" } },
    last: false,
    weight: 5,
  });
});

it("terms that are emptied are sent as none", () => {
  const fields = { ...filled(UMBRELLA, place), images: [], unlock: { when: " " }, supplier: {}, booking: {} };
  const sent = written(fields, UMBRELLA, place);
  expect(sent).toMatchObject({ images: [] });
  for (const gone of ["unlock", "supplier", "booking", "sharing"]) expect(sent).not.toHaveProperty(gone);
});

it("what the form does not know stays", () => {
  const later = { ...UMBRELLA, layer: "exclusive" } as RewardDetail;
  expect(written({ ...filled(later, place), points: 450 }, later, place)).toMatchObject({
    layer: "exclusive",
    points: 450,
  });
});

it("a day that was chosen begins and ends in the program's zone", () => {
  const fields = { ...filled(UMBRELLA, place), from: dayjs("2026-06-19"), until: dayjs("2026-07-01") };
  expect(written(fields, UMBRELLA, place)).toMatchObject({
    from: "2026-06-18T16:00:00.000Z",
    until: "2026-07-01T16:00:00.000Z",
  });
});

it("a new one is priced by points, fixed or not, or by worth, and says its stock", () => {
  const fields = { ...blank(), zh: " 杯 ", en: "Cup", priced: "value" as const, points: 5, value: "12.5", stock: 0 };
  expect(written(fields, null, place)).toMatchObject({
    name: { zh: "杯", en: "Cup" },
    value: { amount: 1250, currency: "CNY" },
    stock: 0,
  });
  expect(written(fields, null, place)).not.toHaveProperty("points");
  expect(written({ ...fields, priced: "points" }, null, place)).toMatchObject({ points: 5, fixed: false });
  expect(written({ ...fields, priced: "fixed" }, null, place)).toMatchObject({ points: 5, fixed: true });
});
