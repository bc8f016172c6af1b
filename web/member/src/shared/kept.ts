import type { components } from "@jifen/api";

/** The last wallet that was seen here, shown while the network is slow or gone. It goes when the member signs out. */
export interface Kept {
  member: components["schemas"]["Member"];
  wallet: components["schemas"]["Wallet"];
  program: components["schemas"]["Program"];
}

const KEY = "jifen.kept";

/** The kept wallet, if there is one that this code understands. */
export function kept(): Kept | undefined {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "null") as Partial<Kept> | null;
    if (found?.member?.id && found.wallet?.as_of && found.program?.units) return found as Kept;
  } catch {
    // A device that keeps nothing, or kept something else.
  }
  return undefined;
}

/** Keeps a wallet. */
export function keep(what: Kept): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(what));
  } catch {
    // Without room the app only loses what it shows offline.
  }
}

/** Forgets it. */
export function forgetKept(): void {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // Nothing was kept then.
  }
}
