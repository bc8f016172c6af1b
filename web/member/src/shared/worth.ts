/**
 * What points are worth, exactly: `value` is a decimal such as `0.01` in major units, the answer is in minor units,
 * rounded down (nobody is shown more than they would get). `digits` are the currency's minor digits.
 */
export function worthOf(points: number, value: string, digits = 2): number {
  const [whole = "0", fraction = ""] = value.split(".");
  const scaled = BigInt(points) * BigInt(whole + fraction) * 10n ** BigInt(digits);
  const divisor = 10n ** BigInt(fraction.length);
  return Number(scaled / divisor);
}

/** How many points make one major unit, where that is a whole number: 100 at `0.01`. */
export function pointsForOne(value: string): number | null {
  const [whole = "0", fraction = ""] = value.split(".");
  const numerator = BigInt(whole + fraction);
  if (numerator === 0n) return null;
  const one = 10n ** BigInt(fraction.length);
  return one % numerator === 0n ? Number(one / numerator) : null;
}
