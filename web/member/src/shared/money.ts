import { formatMoney, formatPoints, useSettings } from "@jifen/look";
import { useCallback } from "react";

/** An amount in minor units. */
export interface Money {
  amount: number;
  currency: string;
}

/** A price in words: points, money, or both: `900 积分 + ¥2.00`. */
export function usePrice(): (points: number, unit: string, cash: Money) => string {
  const { lang } = useSettings();
  return useCallback(
    (points, unit, cash) => {
      const parts = [];
      if (points !== 0 || cash.amount === 0) parts.push(`${formatPoints(points, lang)} ${unit}`);
      if (cash.amount !== 0) parts.push(formatMoney(cash, lang));
      return parts.join(" + ");
    },
    [lang],
  );
}

/**
 * A decimal of major units such as `0.012500` as people read it beside a currency's sign: at least two digits behind
 * the point, at most four (nobody is shown more than they get), and no zeros that say nothing.
 */
export function trimmed(decimal: string): string {
  const [whole = "0", fraction = ""] = decimal.split(".");
  return `${whole}.${fraction.slice(0, 4).replace(/0+$/, "").padEnd(2, "0")}`;
}
