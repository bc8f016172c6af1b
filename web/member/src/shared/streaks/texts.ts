import { catalog } from "@jifen/look";

export const texts = catalog({
  length: { zh: "连续 {n} 天", en: "{n} days in a row" },
  begin: { zh: "从今天开始连续签到", en: "Begin a row of days today" },
  best: { zh: "最长 {n} 天", en: "longest {n}" },
  "check.in": { zh: "签到", en: "Sign in today" },
  "check.in.for": { zh: "签到，得 {points}", en: "Sign in today for {points}" },
  done: { zh: "今天已签到", en: "Today counts" },
  busy: { zh: "请稍候", en: "One moment" },
  tomorrow: { zh: "明天签到得 {points}", en: "Tomorrow brings {points}" },
  "tomorrow.nothing": { zh: "明天继续签到，连续不断。", en: "Come back tomorrow to keep the row." },
  chance: {
    zh: "有 {chance} 的机会另得 {from} 至 {to} {unit}",
    en: "and, with a chance of {chance}, {from} to {to} {unit} more",
  },
  "chance.one": {
    zh: "有 {chance} 的机会另得 {from} {unit}",
    en: "and, with a chance of {chance}, {from} {unit} more",
  },
  calendar: { zh: "最近 31 天", en: "The last 31 days" },
  "day.done": { zh: "{day}，已签到", en: "{day}, counted" },
  "day.missed": { zh: "{day}，未签到", en: "{day}, did not count" },
});
