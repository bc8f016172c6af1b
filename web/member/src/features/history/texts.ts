import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "积分明细", en: "History" },
  none: { zh: "还没有积分变动。", en: "Nothing has happened yet." },
  "none.hint": { zh: "看看怎样获得积分", en: "See how to earn points" },
  month: { zh: "获得 {gained}，减少 {lost}", en: "{gained} gained, {lost} gone" },
  older: { zh: "更早的明细", en: "Older ones" },
  loading: { zh: "加载中", en: "Loading" },
  all: { zh: "已经是可查询的全部明细。", en: "That is all there is to see." },
});
