import type { Say } from "../../../shared/language.tsx";
import { freshAward } from "../model/award.ts";
import { freshId, insert, items, type Files, type List, type Plain } from "../model/bundle.ts";

/** What can be dragged from the palette. */
export type Piece = "category" | "rate" | "step" | "tiered" | "fixed" | "ladder" | "multiplier" | "cap" | "temporary";

/** The pieces, in the order they are shown. */
export const PIECES: Piece[] = [
  "temporary",
  "category",
  "rate",
  "step",
  "tiered",
  "fixed",
  "ladder",
  "multiplier",
  "cap",
];

/** How a piece is called and what it is for. */
export function pieceWords(piece: Piece, say: Say): { name: string; about: string } {
  const words: Record<Piece, [string, string, string, string]> = {
    category: ["品类返利", "Category rate", "某个品类按比例返积分", "a share of the amount, for a kind of goods"],
    rate: ["消费得分", "Points for spending", "每消费 1 元得若干分", "points for each yuan"],
    step: ["满额加赠", "Bonus for full amounts", "每满一定金额加分", "points for each full step"],
    tiered: ["阶梯比例", "Stepped rate", "金额越高比例越高", "more from an amount on"],
    fixed: ["固定加分", "Fixed points", "发生某事得固定分", "a number of points for an event"],
    ladder: ["连续签到", "Sign-in ladder", "连续天数越多得分越多", "more for days in a row"],
    multiplier: ["倍率活动", "Multiplier", "一段时间内积分翻倍", "times a number for some days"],
    cap: ["获取上限", "Cap", "每天、每月最多得多少", "the most one can earn"],
    temporary: [
      "限时调整",
      "Change for some days",
      "拖到规则上：改几天再恢复",
      "drop on a rule: a new rate for some days",
    ],
  };
  const [zh, en, aboutZh, aboutEn] = words[piece];
  return { name: say(zh, en), about: say(aboutZh, aboutEn) };
}

/** The list a piece goes into; a temporary change goes onto a rule. */
export function listOf(piece: Piece): List {
  if (piece === "multiplier") return "multipliers";
  if (piece === "cap") return "caps";
  return "rules";
}

/** Puts a new piece into the bundle: the bundle afterwards, and the new item's place. */
export function place(
  files: Files,
  piece: Piece,
  currency: string,
  at?: number,
): { files: Files; list: List; at: number } {
  const list = listOf(piece);
  const next = insert(files, list, fresh(files, piece, currency), at);
  const last = items(next, list).length - 1;
  return { files: next, list, at: Math.min(at ?? last, last) };
}

function fresh(files: Files, piece: Piece, currency: string): Record<string, Plain> {
  switch (piece) {
    case "multiplier":
      return {
        id: freshId(files, "multipliers", "new-campaign"),
        name: { zh: "新活动", en: "New campaign" },
        by: 2,
        sources: ["purchase"],
        group: "double",
        enabled: false,
      };
    case "cap":
      return { id: freshId(files, "caps", "earned"), per: "day", points: 1000 };
    default:
      return rule(files, piece, currency);
  }
}

function rule(files: Files, piece: Piece, currency: string): Record<string, Plain> {
  const id = freshId(files, "rules", "new-rule");
  const name = { zh: "新规则", en: "New rule" };
  const base = { id, name };
  switch (piece) {
    case "category":
      return {
        ...base,
        on: "order.paid",
        when: 'line.category == "daily"',
        award: freshAward("percent", currency),
        multiply: ["tier.earning_multiplier"],
        source: "purchase",
      };
    case "rate":
      return { ...base, on: "order.paid", award: freshAward("rate", currency), source: "purchase" };
    case "step":
      return { ...base, on: "order.paid", award: freshAward("every", currency), source: "campaign" };
    case "tiered":
      return { ...base, on: "order.paid", award: freshAward("steps", currency), source: "purchase" };
    case "ladder":
      return { ...base, on: "member.signed_in", once: "day", award: freshAward("ladder", currency), source: "sign-in" };
    default:
      return { ...base, on: "review.posted", once: "day", award: freshAward("fixed", currency), source: "interaction" };
  }
}
