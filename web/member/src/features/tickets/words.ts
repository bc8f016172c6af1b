import { useTexts } from "@jifen/look";
import type { About, Kind } from "./data.ts";
import { texts } from "./texts.ts";

/** What a ticket is about, in words. */
export function useAboutWords(): (about: About) => string {
  const t = useTexts(texts);
  return ({ of, id }) => (of === "freeze" ? t("of.freeze") : t(`of.${of}` as "of.order", { id: id ?? "" }));
}

/** How soon a kind is answered, in words. */
export function useDeadlineWords(): (kind: Kind) => string {
  const t = useTexts(texts);
  return ({ respond_hours, resolve_hours }) => {
    if (respond_hours != null) return t("within.respond", { n: respond_hours });
    if (resolve_hours % 24 === 0 && resolve_hours > 72) return t("within.days", { n: resolve_hours / 24 });
    return t("within", { n: resolve_hours });
  };
}
