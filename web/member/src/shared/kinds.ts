import { catalog } from "@jifen/look";

/** What rewards are called by their kind. */
export const kinds = catalog({
  bundle: { zh: "套装", en: "Bundle" },
  coupon: { zh: "优惠券", en: "Coupon" },
  digital: { zh: "数字权益", en: "Digital" },
  donation: { zh: "公益", en: "Donation" },
  energy: { zh: "充电停车", en: "Charging, parking" },
  experience: { zh: "体验", en: "Experience" },
  goods: { zh: "商品", en: "Goods" },
  membership: { zh: "会员权益", en: "Membership" },
  service: { zh: "服务", en: "Service" },
  travel: { zh: "出行", en: "Travel" },
});

/** A kind that this build knows. */
export type Kind = keyof typeof kinds;

/** Whether this build has a name for a kind. */
export function isKind(kind: string): kind is Kind {
  return kind in kinds;
}
