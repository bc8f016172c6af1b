import type { Money } from "../../shared/format.ts";

const SCALE = 6;

/** What points are worth, rounded down to the minor unit. `value` is a decimal in major units, such as `0.01`. */
export function worth(points: number, value: string, currency: string): Money | null {
  const match = /^(\d+)(?:\.(\d{1,6}))?$/.exec(value);
  if (!match?.[1]) return null;
  const digits =
    new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const micro = BigInt(match[1] + (match[2] ?? "").padEnd(SCALE, "0"));
  const amount = (BigInt(points) * micro * 10n ** BigInt(digits)) / 10n ** BigInt(SCALE);
  return { amount: Number(amount), currency };
}
