import { choose, settings, useSettings } from "@jifen/look";
import { useCallback } from "react";

/** The languages everything is written in. */
export type Language = "zh" | "en";

/** A text in both languages, as the API gives it. */
export interface Name {
  zh: string;
  en: string;
}

/** Says a text in the language of the reader; both must be written where it is used, so neither can be missing. */
export type Say = (zh: string, en: string) => string;

/** The language of now, for requests. */
export function currentLanguage(): Language {
  return settings().lang;
}

/** Changes the language and remembers it on this device. */
export function setLanguage(language: Language): void {
  choose({ lang: language });
}

/** The language, followed. */
export function useLanguage(): Language {
  return useSettings().lang;
}

/** A function that picks the reader's language. */
export function useSay(): Say {
  const language = useLanguage();
  return useCallback((zh: string, en: string) => (language === "zh" ? zh : en), [language]);
}

/** A function that reads a name of the API in the reader's language. */
export function useName(): (name: Name | string | null | undefined) => string {
  const language = useLanguage();
  return useCallback(
    (name) => (name === null || name === undefined ? "" : typeof name === "string" ? name : name[language]),
    [language],
  );
}
