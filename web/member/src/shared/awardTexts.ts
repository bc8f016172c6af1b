import { catalog } from "@jifen/look";

/** What is given, in words. */
export const awardTexts = catalog({
  points: { zh: "{n} {unit}", en: "{n} {unit}" },
  badge: { zh: "徽章", en: "a badge" },
  keep: { zh: "保级一次", en: "your tier is kept once" },
  upgrade: { zh: "升级一次", en: "a tier higher once" },
});
