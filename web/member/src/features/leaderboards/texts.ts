import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "排行榜", en: "Leaderboards" },
  none: { zh: "目前没有排行榜。", en: "There are no leaderboards at the moment." },
  which: { zh: "哪个榜", en: "Which one" },
  empty: { zh: "还没有人上榜，第一名等着您。", en: "Nobody is on it yet. The first place is free." },
  span: { zh: "{from} 至 {to}", en: "{from} to {to}" },
  earlier: { zh: "上一期", en: "The one before" },
  now: { zh: "本期", en: "Now" },
  over: { zh: "已结束", en: "over" },
  own: { zh: "我的名次", en: "My place" },
  "own.none": { zh: "您还没有上榜", en: "You are not on it yet" },
  you: { zh: "我", en: "me" },
  place: { zh: "第 {n} 名", en: "no. {n}" },
  places: { zh: "名次", en: "Places" },
  prizes: { zh: "奖励", en: "Prizes" },
  "prize.one": { zh: "第 {from} 名", en: "no. {from}" },
  "prize.span": { zh: "第 {from} 至 {to} 名", en: "no. {from} to {to}" },
  tie: { zh: "分数相同时，先达到者在前。", en: "Of equal scores, whoever was there first is in front." },
  masked: { zh: "其他会员只显示编号末尾。", en: "Others show by the end of their number only." },
});
