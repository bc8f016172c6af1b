import { categoryWord } from "../../../shared/category.ts";
import type { Say } from "../../../shared/language.tsx";
import type { RuleGroupType, RuleType } from "react-querybuilder";
import { KINDS, read, type Operator } from "./condition.ts";
import { awardOf, kindOf, major, percent, type AwardKind } from "./award.ts";
import type { Item, Plain } from "./bundle.ts";

/** How a variable of conditions is called. */
export function variableWord(name: string, say: Say): string {
  const words: Record<string, [string, string]> = {
    channel: ["渠道", "Channel"],
    "event.source": ["来源系统", "Sending system"],
    "line.amount": ["商品行金额", "Amount of the line"],
    "line.category": ["商品品类", "Kind of goods"],
    "line.quantity": ["商品数量", "Quantity"],
    "line.sku": ["货号", "Article"],
    "local.date": ["日期", "Date"],
    "local.day": ["几号", "Day of the month"],
    "local.hour": ["几点", "Hour"],
    "local.month": ["月份", "Month"],
    "local.weekday": ["星期（1–7）", "Weekday (1 to 7)"],
    "member.days": ["入会天数", "Days since joining"],
    "member.orders": ["此前订单数", "Orders before"],
    "member.spent": ["此前累计消费", "Paid before"],
    "member.tags": ["会员标签", "Tags"],
    "order.amount": ["订单实付金额", "Paid for the order"],
    "order.discount": ["订单优惠金额", "Discount of the order"],
    store: ["门店", "Shop"],
    "tier.id": ["会员等级", "Tier"],
    "tier.rank": ["等级次序", "Rank of the tier"],
  };
  const found = words[name];
  return found ? say(...found) : name;
}

/** How a comparison is called. */
export function operatorWord(operator: string, say: Say): string {
  const words: Record<Operator, [string, string]> = {
    "=": ["是", "is"],
    "!=": ["不是", "is not"],
    "<": ["小于", "less than"],
    "<=": ["不超过", "at most"],
    ">": ["大于", "more than"],
    ">=": ["不少于", "at least"],
    in: ["属于", "one of"],
    notIn: ["不属于", "none of"],
    has: ["含有", "has"],
  };
  const found = words[operator as Operator];
  return found ? say(...found) : operator;
}

/** A condition in words, tiers by their names; nothing when it is more than words here can say. */
export function conditionText(text: string, say: Say, tier: (id: string) => string): string | null {
  const tree = read(text);
  return tree && treeText(tree, say, tier);
}

function treeText(tree: RuleGroupType, say: Say, tier: (id: string) => string): string {
  const parts = tree.rules.map((rule) => {
    if (typeof rule === "string") return rule;
    if ("rules" in rule) return say(`（${treeText(rule, say, tier)}）`, `(${treeText(rule, say, tier)})`);
    return `${variableWord(rule.field, say)} ${operatorWord(rule.operator, say)} ${valueText(rule, say, tier)}`;
  });
  return parts.join(tree.combinator === "or" ? say(" 或 ", " or ") : say("，且 ", " and "));
}

function valueText({ field, value }: RuleType, say: Say, tier: (id: string) => string): string {
  const names: Record<string, (id: string) => string> = {
    "line.category": (id) => categoryWord(id, say),
    "tier.id": tier,
  };
  const word = (one: unknown) => (names[field] ?? String)(String(one));
  if (Array.isArray(value)) return value.map(word).join(say("、", ", "));
  return KINDS[field] === "money" ? `¥${Number(value) / 100}` : word(value);
}

/** How a form of award is called. */
export function awardWord(kind: AwardKind, say: Say): string {
  const words: Record<AwardKind, [string, string]> = {
    percent: ["按金额比例返积分", "A share of the amount"],
    rate: ["每一份得若干分", "Points for each part"],
    every: ["每满一档加赠", "Points for each full step"],
    steps: ["阶梯比例", "A stepped rate"],
    fixed: ["固定分数", "A number of points"],
    range: ["随机分数", "A number that is drawn"],
    ladder: ["连续天数阶梯", "By days in a row"],
    unknown: ["其他写法", "Something else"],
  };
  return say(...words[kind]);
}

/** What an award is based on. */
export function perWord(per: Plain | undefined, say: Say): string {
  switch (per) {
    case "line.amount":
      return say("商品行金额", "amount of the line");
    case "order.amount":
      return say("订单实付金额", "amount of the order");
    case "line.quantity":
      return say("商品数量", "quantity");
    default:
      return String(per ?? "");
  }
}

/** What a rule gives, in a few words. */
export function awardText(rule: Item, say: Say): string {
  const award = awardOf(rule);
  const points = award["points"];
  switch (kindOf(award)) {
    case "percent":
      return say(`返 ${percent(award["percent"]) ?? "?"}%`, `${percent(award["percent"]) ?? "?"}% back`);
    case "rate":
      return say(
        `每 ${amount(award["each"])} 得 ${String(points)} 分`,
        `${String(points)} for each ${amount(award["each"])}`,
      );
    case "every":
      return say(
        `每满 ${amount(award["every"])} 加 ${String(points)} 分`,
        `${String(points)} for each full ${amount(award["every"])}`,
      );
    case "fixed":
      return say(`${String(points)} 分`, `${String(points)} points`);
    case "range": {
      const { from, to } = points as { from: number; to: number };
      return say(`${from}–${to} 分，随机`, `${from} to ${to}, drawn`);
    }
    default:
      return awardWord(kindOf(award), say);
  }
}

function amount(value: Plain | undefined): string {
  if (value === undefined) return "1";
  const units = major(value);
  return units === null ? String(value) : `${units} ${String(value).split(" ")[1] ?? ""}`;
}

/** When an item applies, in a few words; nothing when always. */
export function windowText(item: Item, say: Say): string {
  const parts: string[] = [];
  const { from, until, during } = item;
  if (from || until) {
    const start = day(from);
    const end = day(until);
    if (start && end) parts.push(say(`${start} 至 ${end}`, `${start} to ${end}`));
    else if (start) parts.push(say(`自 ${start} 起`, `from ${start}`));
    else parts.push(say(`至 ${end} 止`, `through ${end}`));
  }
  if (during) parts.push(say(`每年 ${list(during)}`, `each year ${list(during)}`));
  return parts.join(say("，", ", "));
}

function day(value: Plain | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}

function list(value: Plain): string {
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** How a period is called. */
export function periodWord(period: string, say: Say): string {
  const words: Record<string, [string, string]> = {
    day: ["每天", "a day"],
    week: ["每周", "a week"],
    month: ["每月", "a month"],
    season: ["每季", "a season"],
    year: ["每年", "a year"],
    ever: ["累计", "ever"],
  };
  const found = words[period];
  return found ? say(...found) : period;
}
