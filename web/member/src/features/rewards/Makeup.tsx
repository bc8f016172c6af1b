import { formatInstant, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import type { Program } from "../../shared/program.ts";
import { useSlots } from "../../shared/slots.ts";
import type { MemberReward } from "./data.ts";
import { texts } from "./texts.ts";

/** Kinds that are given at a time rather than handed over. */
const AT_A_TIME = ["experience", "service", "travel"];
/** Times that are told before somebody redeems. */
const SHOWN = 3;

/** What a reward is made of, and when it can be had where that is to be agreed on. */
export function Makeup({ reward, program }: { reward: MemberReward; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  return (
    <>
      {reward.unlocked_by && reward.why === "locked" && (
        <p className="note">{t("locked.by", { what: text(reward.unlocked_by) })}</p>
      )}
      {reward.parts.length > 0 && (
        <section>
          <h2>{t("parts")}</h2>
          <ul className="rows">
            {reward.parts.map((part, at) => (
              <li key={at} className="row">
                <span>{text(part.name)}</span>
                <span className="quiet">{t("parts.pieces", { n: formatPoints(part.pieces, lang) })}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {reward.sharing && <p className="quiet">{t("sharing", { what: text(reward.sharing) })}</p>}
      {AT_A_TIME.includes(reward.kind) && <Times reward={reward.id} zone={program.zone} />}
    </>
  );
}

function Times({ reward, zone }: { reward: string; zone: string }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const slots = (useSlots(reward).data ?? []).filter((slot) => slot.free > 0);
  if (slots.length === 0) return null;
  return (
    <section>
      <h2>{t("times")}</h2>
      <ul className="rows">
        {slots.slice(0, SHOWN).map((slot) => (
          <li key={slot.id} className="row">
            <time dateTime={slot.from}>{formatInstant(slot.from, lang, zone, "minute")}</time>
            <span className="quiet">{t("times.free", { n: formatPoints(slot.free, lang) })}</span>
          </li>
        ))}
      </ul>
      <p className="quiet small">{t("times.about")}</p>
    </section>
  );
}
