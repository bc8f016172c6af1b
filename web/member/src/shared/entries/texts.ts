import { catalog } from "@jifen/look";

/** What a change of points is called, and what is said about it. */
export const texts = catalog({
  earn: { zh: "获得积分", en: "Earned" },
  release: { zh: "到账", en: "Arrived" },
  cancel: { zh: "待到账已取消", en: "Canceled before arriving" },
  spend: { zh: "使用", en: "Used" },
  hold: { zh: "预留", en: "Set aside" },
  capture: { zh: "使用预留的积分", en: "Used what was set aside" },
  unhold: { zh: "预留退回", en: "Back from what was set aside" },
  reverse: { zh: "退还", en: "Given back" },
  refund: { zh: "退款收回", en: "Taken back for a refund" },
  expire: { zh: "到期", en: "Lapsed" },
  adjust: { zh: "人工调整", en: "Changed by hand" },
  repay: { zh: "补足所欠", en: "Repaid what was owed" },
  extend: { zh: "延长有效期", en: "Valid for longer" },
  open: { zh: "原系统转入", en: "Brought over" },
  other: { zh: "积分变动", en: "Points changed" },
  redeem: { zh: "兑换", en: "Redeemed" },
  "redeem.hold": { zh: "为兑换预留", en: "Set aside to redeem" },
  "redeem.reverse": { zh: "兑换退回", en: "Back from a redemption" },
  pending: { zh: "待到账", en: "to come" },
  "was.earn": { zh: "获得", en: "earned" },
  why: { zh: "为什么", en: "Why" },
  "why.of": { zh: "为什么：{what} {points}", en: "Why: {what} {points}" },
  "why.reason": { zh: "说明", en: "Note" },
  "why.order": { zh: "订单", en: "Order" },
  "why.when": { zh: "时间", en: "When" },
  "why.balance": { zh: "之后的可用积分", en: "Points you could use afterwards" },
  "why.rule": { zh: "规则", en: "Rule" },
  "why.version": { zh: "第 {n} 版规则", en: "Version {n} of the rules" },
  "why.version.see": { zh: "查看当天的规则", en: "See the rules of that day" },
  "why.sum": { zh: "怎么算的", en: "How it adds up" },
  "trace.title": { zh: "这些积分的来龙去脉", en: "Where they came from and went" },
  "trace.show": { zh: "查看积分去向与来源", en: "Where they came from and went" },
  "trace.from": { zh: "来自", en: "They came from" },
  "trace.to": { zh: "后来", en: "What became of them" },
  "trace.earned": { zh: "{day} 获得", en: "earned on {day}" },
  "trace.until": { zh: "有效至 {day}", en: "can be used until {day}" },
  "trace.order": { zh: "订单 {order}", en: "order {order}" },
  "trace.none": { zh: "没有更早的来源。", en: "There is nothing before." },
  "trace.long": { zh: "历史很长，这里只显示较近的部分。", en: "The history is long; only its later part is shown." },
  "to.available": { zh: "可用", en: "can be used" },
  "to.pending": { zh: "待到账", en: "to come" },
  "to.held": { zh: "已预留", en: "set aside" },
  "to.dormant": { zh: "休眠", en: "resting" },
  "to.redeemed": { zh: "已使用", en: "used" },
  "to.spent": { zh: "已使用", en: "used" },
  "to.expired": { zh: "已到期", en: "lapsed" },
  "to.forfeited": { zh: "已收回", en: "taken back" },
  "to.refunded": { zh: "已因退款收回", en: "taken back for a refund" },
  "to.issued": { zh: "已收回", en: "taken back" },
  "to.debt": { zh: "补足所欠", en: "repaid what was owed" },
  "to.other": { zh: "其他", en: "elsewhere" },
});

type Key = keyof typeof texts;

/** The key of a word that the server uses, or of what stands for words that this app does not know yet. */
export function keyOf(word: string, otherwise: Key): Key {
  return word in texts ? (word as Key) : otherwise;
}
