/** The kiosk's own token, kept on this device and nowhere else: with it cards can be taken, and nothing more. */
const KEY = "jifen.kiosk";

/** The kiosk's token, where the device was set up. */
export function deviceToken(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** Keeps the kiosk's token, or forgets it. */
export function keepDeviceToken(token: string | null): void {
  try {
    if (token === null) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, token);
  } catch {
    // A device that keeps nothing is set up again after each start.
  }
}
