import { formatInstant, formatMoney, formatNear, formatPoints } from "@jifen/look";
import { useMemo } from "react";
import { useLanguage, type Language } from "./language.tsx";
import { useProgram } from "./session.tsx";

/** Money in minor units. */
export interface Money {
  amount: number;
  currency: string;
}

/** How numbers and instants are written for the reader, in the program's zone. */
export interface Format {
  number: (value: number) => string;
  /** With a sign, for changes. */
  signed: (value: number) => string;
  /** What something is multiplied by. */
  factor: (by: number) => string;
  /** A share of one. */
  percent: (share: number) => string;
  money: (money: Money) => string;
  /** Day and minute. */
  instant: (at: string) => string;
  /** Day, second and zone: what is shown on hover. */
  exact: (at: string) => string;
  /** A calendar day, such as `2026-06-18`. */
  day: (day: string) => string;
  /** Relative when near, the day otherwise. */
  near: (at: string) => string;
}

/** Builds the writers for a language and a zone. */
export function format(language: Language, zone: string): Format {
  const percent = new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en", {
    style: "percent",
    maximumFractionDigits: 1,
  });
  const factor = new Intl.NumberFormat(language === "zh" ? "zh-CN" : "en", { maximumFractionDigits: 3 });
  return {
    number: (value) => formatPoints(value, language),
    signed: (value) => formatPoints(value, language, { sign: true }),
    factor: (by) => factor.format(by),
    percent: (share) => percent.format(share),
    money: (money) => formatMoney(money, language),
    instant: (at) => formatInstant(at, language, zone),
    exact: (at) => formatInstant(at, language, zone, "second"),
    day: (day) => formatInstant(`${day}T12:00:00Z`, language, "UTC", "day"),
    near: (at) => formatNear(at, new Date(), language, zone),
  };
}

/** The writers of the signed-in person. */
export function useFormat(): Format {
  const language = useLanguage();
  const { zone } = useProgram();
  return useMemo(() => format(language, zone), [language, zone]);
}
