import type { Lang } from "./texts.ts";

/**
 * Points, money, rates and instants as people read them. Points and money are integers in and stay integers: no value
 * passes through a fraction on its way to the page.
 */

const tag = (lang: Lang) => (lang === "zh" ? "zh-CN" : "en");

/** Writers by what they write. Making one takes a hundred times longer than writing a number with it. */
const writers = new Map<string, unknown>();

function kept<T>(key: string, make: () => T): T {
  const known = writers.get(key) as T | undefined;
  if (known !== undefined) return known;
  const made = make();
  writers.set(key, made);
  return made;
}

/** Points with groups of thousands: `12,345`; with `sign`, `+46` and `−46`. */
export function formatPoints(points: number, lang: Lang, { sign = false } = {}): string {
  const digits = kept(`number ${lang}`, () => new Intl.NumberFormat(tag(lang))).format(Math.abs(points));
  if (points < 0) return `−${digits}`;
  return sign && points > 0 ? `+${digits}` : digits;
}

/** An amount in minor units: `¥12.50`, `CN¥12.50` in English, `¥1,250` for a currency without minor units. */
export function formatMoney(money: { amount: number; currency: string }, lang: Lang): string {
  const { amount, currency } = money;
  const format = currencyFormat(currency, lang);
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0;
  const minor = String(Math.abs(amount)).padStart(digits + 1, "0");
  const major = minor.slice(0, minor.length - digits);
  const parts = format.formatToParts(BigInt(major)).map((part) =>
    // The whole part is exact as a big integer; the fraction is what is left of the digits.
    part.type === "fraction" ? minor.slice(minor.length - digits) : part.value,
  );
  return `${amount < 0 ? "−" : ""}${parts.join("")}`;
}

/** The sign of a currency: `¥`. */
export function currencySign(currency: string, lang: Lang): string {
  const sign = currencyFormat(currency, lang)
    .formatToParts(0)
    .find((part) => part.type === "currency");
  return sign?.value ?? currency;
}

function currencyFormat(currency: string, lang: Lang): Intl.NumberFormat {
  return kept(`money ${lang} ${currency}`, () => newCurrencyFormat(currency, lang));
}

function newCurrencyFormat(currency: string, lang: Lang): Intl.NumberFormat {
  try {
    return new Intl.NumberFormat(tag(lang), { style: "currency", currency, currencyDisplay: "narrowSymbol" });
  } catch {
    // Not a code of ISO 4217: shown as a number with two digits, its name beside it.
    return new Intl.NumberFormat(tag(lang), { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  }
}

/** Parts of an instant that are shown. */
export type Shown = "day" | "month" | "minute" | "second";

const shown: Record<Shown, Intl.DateTimeFormatOptions> = {
  month: { year: "numeric", month: "long" },
  day: { year: "numeric", month: "long", day: "numeric" },
  // With the time of day it is long enough for a column of a table.
  minute: { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  second: {
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  },
};

/** An instant (RFC 3339) in the program's zone, whatever the device believes. */
export function formatInstant(at: string, lang: Lang, zone: string, parts: Shown = "minute"): string {
  const make = () => new Intl.DateTimeFormat(tag(lang), { ...shown[parts], timeZone: zone });
  return kept(`instant ${lang} ${parts} ${zone}`, make).format(new Date(at));
}

/** The calendar day of an instant in the program's zone, `2026-06-18`. */
export function dayOf(at: string | Date, zone: string): string {
  const make = () =>
    new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  return kept(`day ${zone}`, make).format(new Date(at));
}

const DAY_MS = 86_400_000;

/** Calendar days from `now` to `at` in the program's zone: 0 today, 1 tomorrow, −1 yesterday. */
export function daysUntil(at: string, now: string | Date, zone: string): number {
  return Math.round((Date.parse(dayOf(at, zone)) - Date.parse(dayOf(now, zone))) / DAY_MS);
}

/** Near instants as people say them (`3 分钟前`, `tomorrow`, `in 5 days`), further ones as their day. */
export function formatNear(at: string, now: Date, lang: Lang, zone: string): string {
  const words = kept(`near ${lang}`, () => new Intl.RelativeTimeFormat(tag(lang), { numeric: "auto" }));
  const seconds = Math.round((Date.parse(at) - now.getTime()) / 1000);
  const days = daysUntil(at, now, zone);
  if (Math.abs(seconds) < 60) return words.format(0, "second");
  if (Math.abs(seconds) < 3600) return words.format(Math.trunc(seconds / 60), "minute");
  if (days === 0) return words.format(Math.trunc(seconds / 3600), "hour");
  if (Math.abs(days) <= 7) return words.format(days, "day");
  return formatInstant(at, lang, zone, "day");
}
