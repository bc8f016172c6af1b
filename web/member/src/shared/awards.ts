import { formatPoints, type Text, useSettings, useText, useTexts } from "@jifen/look";
import { useCallback } from "react";
import { awardTexts } from "./awardTexts.ts";
import { type Program, useNameOf } from "./program.ts";

/** What a task or a place on a board gives, as the API tells it. */
export interface Award {
  kind: string;
  unit?: string | null;
  points?: number | null;
  badge?: string | null;
  gift_name?: Text | null;
  tier?: string | null;
}

/** Awards in words: `+20 积分，徽章`. */
export function useAwards(program: Program | undefined): (awards: Award[]) => string {
  const t = useTexts(awardTexts);
  const { lang } = useSettings();
  const nameOf = useNameOf();
  const text = useText();
  return useCallback(
    (awards) =>
      awards
        .map(({ kind, unit, points, gift_name, tier }) => {
          if (kind === "points") {
            return t("points", {
              n: formatPoints(points ?? 0, lang, { sign: true }),
              unit: nameOf(program?.units ?? [], unit),
            });
          }
          if (kind === "gift") return text(gift_name ?? { zh: "", en: "" });
          if (kind === "tier") return tier === "upgrade" ? t("upgrade") : t("keep");
          return t("badge");
        })
        .join(lang === "zh" ? "、" : ", "),
    [t, text, lang, nameOf, program],
  );
}
