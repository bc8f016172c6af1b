import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "徽章墙", en: "Badges" },
  none: { zh: "目前没有徽章。", en: "There are no badges yet." },
  held: { zh: "已获得 {n} / {all}", en: "{n} of {all} are yours" },
  "kind.badge": { zh: "徽章", en: "Badges" },
  "kind.title": { zh: "称号", en: "Titles" },
  "kind.frame": { zh: "头像框", en: "Frames" },
  since: { zh: "{day} 获得", en: "since {day}" },
  until: { zh: "有效至 {day}", en: "until {day}" },
  once: { zh: "曾于 {day} 获得", en: "yours on {day}" },
  open: { zh: "未获得", en: "not yours yet" },
  hidden: { zh: "隐藏徽章", en: "A hidden badge" },
  cards: { zh: "集卡", en: "Cards" },
  "cards.have": { zh: "已集 {n} / {all} 种", en: "{n} of {all} kinds" },
  "cards.complete": { zh: "已集齐", en: "All of them" },
  "cards.number": { zh: "{n} 张", en: "{n}" },
  "cards.odds": { zh: "抽中概率 {chance}", en: "chance of {chance} each draw" },
  "cards.day": { zh: "每天最多抽 {n} 次", en: "up to {n} draws a day" },
  "cards.until": { zh: "{at} 截止", en: "until {at}" },
});
