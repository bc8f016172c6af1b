import { catalog } from "@jifen/look";

export const texts = catalog({
  title: { zh: "新手指南", en: "Guide for newcomers" },
  "step.earn": { zh: "获得积分", en: "Earn points" },
  "step.earn.text": {
    zh: "下单付款或到店消费后，积分会自动记入。每一笔都写明按哪条规则、怎么算的。",
    en: "Points arrive by themselves when you have paid, online or in a store. Each time you see the rule and how it adds up.",
  },
  "step.look": { zh: "查看积分", en: "Look at them" },
  "step.look.text": {
    zh: "首页显示可用积分、折合金额和最近一批到期的日期。点“为什么”，可以看到每笔积分的来龙去脉。",
    en: "The first page shows what you can use, what it is worth, and what lapses next. “Why” beside an amount tells where it came from and where it went.",
  },
  "step.use": { zh: "使用积分", en: "Use them" },
  "step.use.text": {
    zh: "在收银台或结算页使用。先到期的积分先用，退货后积分原路退回。",
    en: "At the till or at checkout. What lapses first is used first, and comes back where it was when you return something.",
  },
  "step.keep": { zh: "别让积分过期", en: "Keep them from lapsing" },
  "step.keep.text": {
    zh: "有效期因等级而不同，到期前会提醒您。",
    en: "How long they can be used depends on your tier. You are told before any of them lapse.",
  },
  "worth.title": { zh: "积分值多少钱", en: "What points are worth" },
  "worth.one": { zh: "{n} {unit}相当于 {money}", en: "{n} {unit} are worth {money}" },
  "worth.yours": { zh: "您现在的 {n} {unit}相当于 {money}。", en: "Your {n} {unit} are worth {money} now." },
  "worth.points": { zh: "积分数", en: "Points" },
  "worth.money": { zh: "折合", en: "Worth" },
  "worth.try": { zh: "算一算", en: "Work it out" },
  "worth.none": { zh: "{unit}：这类积分没有折算价值。", en: "{unit}: these points have no value in money." },
  rules: { zh: "全部规则", en: "All rules" },
});
