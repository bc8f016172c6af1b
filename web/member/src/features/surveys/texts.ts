import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "问卷", en: "Surveys" },
  none: { zh: "现在没有问卷。", en: "There is nothing to answer now." },
  until: { zh: "截至 {day}", en: "until {day}" },
  optional: { zh: "可不填", en: "optional" },
  several: { zh: "可多选", en: "choose any" },
  "scale.low": { zh: "最低", en: "lowest" },
  "scale.high": { zh: "最高", en: "highest" },
  kept: { zh: "文字内容加密保存。每份问卷可答一次。", en: "Words are kept encrypted. Each survey is answered once." },
  send: { zh: "提交", en: "Send" },
  busy: { zh: "请稍候", en: "One moment" },
  "still.missing": { zh: "还有 {n} 题必答。", en: "{n} more to answer." },
  thanks: { zh: "您已作答，谢谢。", en: "You have answered. Thank you." },
});
