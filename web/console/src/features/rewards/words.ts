import type { Say } from "../../shared/language.tsx";
import type { Reward } from "./api.ts";

const KINDS: Record<Reward["kind"], [zh: string, en: string]> = {
  goods: ["实物", "Goods"],
  coupon: ["优惠券", "Coupon"],
  service: ["服务", "Service"],
  experience: ["体验", "Experience"],
  membership: ["会员权益", "Membership"],
  digital: ["数字内容", "Digital"],
  travel: ["出行", "Travel"],
  energy: ["能源", "Energy"],
  donation: ["公益捐赠", "Donation"],
  bundle: ["组合", "Bundle"],
};

/** What a kind of reward is called. */
export function kindWord(kind: Reward["kind"], say: Say): string {
  return say(...KINDS[kind]);
}

/** Kinds of rewards, to choose from. */
export function kindOptions(say: Say): { value: string; label: string }[] {
  return Object.entries(KINDS).map(([value, words]) => ({ value, label: say(...words) }));
}

/** Where a reward stands, in one word, with the color that goes with it. */
export function standing(reward: Reward, say: Say): { text: string; color: string } {
  if (reward.retired) return { text: say("已下架", "Withdrawn"), color: "default" };
  if (reward.remaining === 0) return { text: say("已兑完", "Sold out"), color: "red" };
  if (reward.low) return { text: say("库存不足", "Low"), color: "orange" };
  if (reward.hidden) return { text: say("隐藏", "Hidden"), color: "purple" };
  return { text: say("在售", "Offered"), color: "green" };
}
