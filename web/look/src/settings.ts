import { useSyncExternalStore } from "react";
import type { Lang } from "./texts.ts";
import type { Theme } from "./tokens.ts";

/** What a person has chosen on this device. */
export interface Settings {
  lang: Lang;
  /** `system` follows the device. */
  theme: Theme | "system";
  /** Large type and one thing after the other. */
  plain: boolean;
}

const KEY = "jifen.settings";

/** Without a choice: the first language of the device that is Chinese or English, else Chinese. */
function deviceLang(): Lang {
  const known = navigator.languages.map((tag) => tag.toLowerCase().split("-")[0]);
  return known.find((tag) => tag === "zh" || tag === "en") === "en" ? "en" : "zh";
}

/** What is stored may be older than this code, or broken by hand: only what is understood is taken. */
function stored(): Settings {
  const settings: Settings = { lang: deviceLang(), theme: "system", plain: false };
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>;
    if (kept.lang === "zh" || kept.lang === "en") settings.lang = kept.lang;
    if (kept.theme === "light" || kept.theme === "dark") settings.theme = kept.theme;
    if (kept.plain === true) settings.plain = true;
  } catch {
    // A device that keeps nothing, or kept something else: the settings of the device serve.
  }
  return settings;
}

let current = stored();
const listeners = new Set<() => void>();

/** The settings now. */
export function settings(): Settings {
  return current;
}

/** Chooses, keeps the choice on this device, and shows it at once. */
export function choose(change: Partial<Settings>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // It holds until the page is closed.
  }
  applySettings();
  for (const listener of listeners) listener();
}

/** Writes the settings on the page: language for screen readers, theme and plain mode for the style sheet. */
export function applySettings(): void {
  const root = document.documentElement;
  root.lang = current.lang === "zh" ? "zh-CN" : "en";
  if (current.theme === "system") delete root.dataset["theme"];
  else root.dataset["theme"] = current.theme;
  if (current.plain) root.dataset["plain"] = "";
  else delete root.dataset["plain"];
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The settings; the component is drawn again when they change. */
export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, settings);
}

const darkDevice = () => window.matchMedia("(prefers-color-scheme: dark)");

function subscribeDevice(listener: () => void): () => void {
  const device = darkDevice();
  device.addEventListener("change", listener);
  return () => device.removeEventListener("change", listener);
}

/** The theme that is shown: the chosen one, else the device's. */
export function useTheme(): Theme {
  const { theme } = useSettings();
  const dark = useSyncExternalStore(subscribeDevice, () => darkDevice().matches);
  if (theme !== "system") return theme;
  return dark ? "dark" : "light";
}
