import { formatMoney, formatPoints, useSettings, useTexts } from "@jifen/look";
import { Marked } from "../../shared/Marked.tsx";
import type { MemberReward } from "./data.ts";
import { texts } from "./texts.ts";

/** What applies to a reward, in sentences with the key words bold. */
export function Conditions({ reward, unit }: { reward: MemberReward; unit: string }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const { terms } = reward;
  const is = (n: number) => formatPoints(n, lang);
  const isThing = terms.return_days != null;
  const fee = percent(terms.voucher_fee);
  const sentences = [
    t(isThing ? "terms.pick_up" : "terms.electronic"),
    terms.ship_hours != null && t("terms.ship", { n: terms.ship_hours }),
    reward.same_day_until != null && t("terms.same_day", { n: reward.same_day_until }),
    reward.booking != null && t("terms.booking", { least: reward.booking.least, most: reward.booking.most }),
    fee === "0" ? t("terms.voucher", { n: terms.voucher_days }) : t("terms.fee", { n: terms.voucher_days, fee }),
    t("terms.cancel"),
    terms.return_days != null ? t("terms.return", { n: terms.return_days }) : t("terms.no_return"),
    terms.most_cash.amount > 0 &&
      t("terms.cash", { money: formatMoney(terms.most_cash, lang), n: terms.payment_minutes }),
    terms.points_max != null && t("terms.points_max", { n: is(terms.points_max), unit }),
    terms.month_max != null && t("terms.month_max", { n: terms.month_max }),
    terms.day_max != null && t("terms.day_max", { n: terms.day_max }),
    terms.confirm_above != null &&
      terms.confirm_hours != null &&
      t("terms.confirm", { n: is(terms.confirm_above), unit, hours: terms.confirm_hours }),
    reward.stores.length > 0 && t("stores", { stores: reward.stores.join(lang === "zh" ? "、" : ", ") }),
  ];
  return (
    <section className="rule-section">
      <h2>{t("conditions")}</h2>
      <ul>
        {sentences
          .filter((sentence) => sentence !== false)
          .map((sentence) => (
            <li key={sentence}>
              <Marked text={sentence} />
            </li>
          ))}
      </ul>
    </section>
  );
}

/** A share such as `0.1` in percent: `10`. */
export function percent(share: string): string {
  const [whole = "0", fraction = ""] = share.split(".");
  const digits = `${whole}${fraction.padEnd(2, "0").slice(0, 2)}.${fraction.slice(2)}`;
  return digits.replace(/^0+(?=\d)/, "").replace(/\.?0*$/, (tail) => (tail.startsWith(".") ? "" : tail));
}
