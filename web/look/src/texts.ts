import { useCallback } from "react";
import { useSettings } from "./settings.ts";

/** A language of the pages. */
export type Lang = "zh" | "en";

/** A text in both languages; the API has names in the same form. */
export interface Text {
  zh: string;
  en: string;
}

/** The placeholders of a text: `n` and `day` of "{n} points lapse on {day}". */
type Slots<T extends string> = T extends `${string}{${infer Name}}${infer Rest}` ? Name | Slots<Rest> : never;

type Values<T extends Text> = [Slots<T["zh"]>] extends [never] ? [] : [values: Record<Slots<T["zh"]>, string | number>];

/** Puts values into the placeholders of a text; a placeholder without a value stays as it is. */
export function fill(text: string, values: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/g, (slot, name: string) => (name in values ? String(values[name]) : slot));
}

/**
 * A catalog of texts. Each key has both languages, or it does not compile; `flaws` finds what a compiler cannot.
 *
 *     const texts = catalog({ "wallet.lapses": { zh: "{n} 积分将于 {day} 到期", en: "{n} points lapse on {day}" } });
 *     const t = useTexts(texts);
 *     t("wallet.lapses", { n: 46, day: "12-31" })
 */
export function catalog<const C extends Record<string, Text>>(texts: C): C {
  return texts;
}

/** Looks a key up in a language. */
export type Translate<C extends Record<string, Text>> = <K extends keyof C>(key: K, ...values: Values<C[K]>) => string;

/** The lookup of a catalog in a language. */
export function translator<C extends Record<string, Text>>(texts: C, lang: Lang): Translate<C> {
  return (key, ...values) => fill((texts[key] as Text)[lang], values[0]);
}

/** The lookup of a catalog in the language that was chosen. */
export function useTexts<C extends Record<string, Text>>(texts: C): Translate<C> {
  const { lang } = useSettings();
  return useCallback<Translate<C>>((key, ...values) => translator(texts, lang)(key, ...values), [texts, lang]);
}

/** One of a pair, such as a name that the API gave, in the language that was chosen. */
export function useText(): (text: Text) => string {
  const { lang } = useSettings();
  return useCallback((text) => text[lang] || text.zh || text.en, [lang]);
}

/** What is wrong with a catalog: a language that is empty, or placeholders that differ between the languages. */
export function flaws(texts: Record<string, Text>): string[] {
  const slots = (text: string) =>
    [...text.matchAll(/\{(\w+)\}/g)]
      .map((match) => match[1])
      .sort()
      .join();
  return Object.entries(texts).flatMap(([key, { zh, en }]) => {
    if (zh.trim() === "") return [`${key}: Chinese is empty`];
    if (en.trim() === "") return [`${key}: English is empty`];
    if (slots(zh) !== slots(en)) return [`${key}: the placeholders differ: ${zh} / ${en}`];
    if (/[\u4e00-\u9fff]/.test(en)) return [`${key}: English holds Chinese: ${en}`];
    if (/!|！/.test(zh + en)) return [`${key}: shouts`];
    return [];
  });
}
