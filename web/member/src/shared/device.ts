const KEY = "jifen.device";

/**
 * What this device is known by, so that a member who comes back on it need not prove anew that it is theirs. It says
 * nothing about the device or the member, and stays when they sign out.
 */
export function deviceMark(): string {
  try {
    const known = localStorage.getItem(KEY);
    if (known) return known;
    const mark = crypto.randomUUID();
    localStorage.setItem(KEY, mark);
    return mark;
  } catch {
    // A device that keeps nothing is a new one each time.
    return crypto.randomUUID();
  }
}
