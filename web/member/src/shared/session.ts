import type { components } from "@jifen/api";
import { useSyncExternalStore } from "react";

/** Who is signed in. */
export type Session = components["schemas"]["Session"];

const TOKEN = "jifen.token";

let bearer: string | null = null;
let guard: string | null = null;
let fresh = false;
let generation = 0;
const listeners = new Set<() => void>();

/**
 * Takes the token that a shop's app put behind the address (`#token=…`) and removes it from there at once, so that it
 * ends up in no history, bookmark or picture of the screen. It lives as long as this tab.
 */
export function takeToken(): void {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    sessionStorage.setItem(TOKEN, given);
    fresh = true;
  }
  bearer = sessionStorage.getItem(TOKEN);
}

/** Whether somebody has just come in by a token: what the device kept may be another one's. */
export function isFresh(): boolean {
  return fresh;
}

/** The bearer token, where the member came by one. */
export function token(): string | null {
  return bearer;
}

/** What guards writes of a session by cookie. */
export function csrf(): string | null {
  return guard;
}

/** Remembers what a session said about itself. */
export function remember(session: Session): void {
  guard = session.csrf ?? null;
}

/** Forgets who was here. What was asked for them must be asked again by the next one. */
export function forget(): void {
  bearer = null;
  guard = null;
  sessionStorage.removeItem(TOKEN);
  generation++;
  for (const listener of listeners) listener();
}

/** Acts for the member of a token from now on, or for nobody: at a kiosk, where nothing of them is kept. */
export function actAs(token: string | null): void {
  bearer = token;
  guard = null;
}

/** Changes when somebody else may be here than before. */
export function useGeneration(): number {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => generation,
  );
}
