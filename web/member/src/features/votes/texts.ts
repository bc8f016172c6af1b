import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "投票", en: "Votes" },
  none: { zh: "现在没有投票。新的投票会出现在这里。", en: "There is nothing to vote on now. New votes show up here." },
  until: { zh: "{at} 截止", en: "until {at}" },
  from: { zh: "{at} 开始", en: "from {at}" },
  over: { zh: "已结束", en: "Over" },
  once: { zh: "每人一票，投出后不能更改。", en: "One choice each; it cannot be changed." },
  cast: { zh: "投票", en: "Vote" },
  busy: { zh: "请稍候", en: "One moment" },
  own: { zh: "您的选择", en: "Your choice" },
  won: { zh: "胜出", en: "Won" },
  ballots: { zh: "{n} 票", en: "{n} votes" },
  thanks: {
    zh: "已收到您的选择，结果在截止后公布。",
    en: "Your choice counts. The result is shown when the vote is over.",
  },
});
