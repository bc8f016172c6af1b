/** Digits behind the point of a currency. */
export function minorDigits(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  } catch {
    return 2;
  }
}

/** Minor units as a person types them: 1250 fen are `12.50`. */
export function toMajor(amount: number, digits: number): string {
  if (digits === 0) return String(amount);
  const minor = String(Math.abs(amount)).padStart(digits + 1, "0");
  return `${amount < 0 ? "-" : ""}${minor.slice(0, -digits)}.${minor.slice(-digits)}`;
}

/** What a person typed in minor units, digit by digit; nothing where it is not an amount of this currency. */
export function toMinor(text: string, digits: number): number | null {
  const found = /^(\d+)(?:\.(\d*))?$/.exec(text.trim());
  if (!found) return null;
  const fraction = (found[2] ?? "").replace(/0+$/, "");
  if (fraction.length > digits) return null;
  const minor = Number(found[1] + fraction.padEnd(digits, "0"));
  return Number.isSafeInteger(minor) ? minor : null;
}
