import { formatInstant, formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { isKind, kinds } from "../../shared/kinds.ts";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { Points } from "../../shared/Points.tsx";
import { type Program, useNameOf, useProgram } from "../../shared/program.ts";
import { usePrice } from "../../shared/money.ts";
import { useReward } from "../../shared/rewards.ts";
import "../../shared/shelf.css";
import { Conditions } from "./Conditions.tsx";
import { type MemberReward, useShelf } from "./data.ts";
import { Item, useBuys, useWhyNot } from "./Item.tsx";
import { Makeup } from "./Makeup.tsx";
import { Pictures } from "./Pictures.tsx";
import { Redeem } from "./Redeem.tsx";
import { texts } from "./texts.ts";

/** A reward: its price and how it came about, what applies to it, and the way to it. */
export function RewardPage({ params }: { params: { id: string } }) {
  const t = useTexts(texts);
  const text = useText();
  const [, go] = useLocation();
  const program = useProgram();
  const { data, error, refetch } = useReward(params.id);
  const failed = (data ? null : error) ?? (program.data ? null : program.error);
  if (!data || !program.data) {
    const again = () => void Promise.all([refetch(), program.refetch()]);
    return (
      <Page title={t("title")} back="/redeem">
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return (
    <Page title={text(data.name)} back="/redeem">
      <RewardView
        reward={data}
        program={program.data}
        onDone={(redemption) => go(`/redemptions/${redemption}?new`, { replace: true })}
      />
    </Page>
  );
}

interface RewardViewProps {
  reward: MemberReward;
  program: Program;
  /** With the redemption that was made. */
  onDone: (redemption: string) => void;
}

/** What a member should know of a reward, and the button. */
export function RewardView({ reward, program, onDone }: RewardViewProps) {
  const t = useTexts(texts);
  const price = usePrice();
  const nameOf = useNameOf();
  const whyNot = useWhyNot(program)(reward);
  const [redeeming, setRedeeming] = useState(false);
  const unit = nameOf(program.units, reward.unit);
  const missing = Math.max(0, reward.points - reward.wallet);
  const mayMix = reward.cash_for_missing != null;
  return (
    <>
      <Pictures images={reward.images} />
      <Facts reward={reward} program={program} unit={unit} />
      {whyNot && (
        <p className="note" role="status">
          {whyNot}
        </p>
      )}
      {!whyNot && missing > 0 && <Short reward={reward} program={program} unit={unit} missing={missing} />}
      {!whyNot && (missing === 0 || mayMix) && (
        <button type="button" className="button buy" onClick={() => setRedeeming(true)}>
          {missing === 0 ? t("redeem.for", { price: price(reward.points, unit, reward.cash) }) : t("redeem.mixed")}
        </button>
      )}
      <Makeup reward={reward} program={program} />
      <Conditions reward={reward} unit={unit} />
      <Price reward={reward} />
      {redeeming && (
        <Redeem
          reward={reward}
          unit={unit}
          zone={program.zone}
          onClose={() => setRedeeming(false)}
          onDone={(id) => onDone(id)}
        />
      )}
    </>
  );
}

function Facts({ reward, program, unit }: { reward: MemberReward; program: Program; unit: string }) {
  const t = useTexts(texts);
  const kind = useTexts(kinds);
  const { lang } = useSettings();
  const buys = useBuys(program);
  return (
    <section className="balance">
      <p className="quiet">
        {isKind(reward.kind) && kind(reward.kind)}
        {reward.brand && ` · ${reward.brand}`}
        {reward.hidden && ` · ${t("hidden")}`}
        {reward.birthday_only && ` · ${t("birthday.only")}`}
        {reward.limited && ` · ${t("limited")}`}
      </p>
      <p className="big">
        <Points n={reward.points} />
        <span className="unit"> {unit}</span>
        {reward.cash.amount > 0 && <span className="unit"> + {formatMoney(reward.cash, lang)}</span>}
      </p>
      <p className="quiet">
        {reward.value && <span>{t("value", { money: formatMoney(reward.value, lang) })}</span>}
        {reward.value && reward.point_buys && " · "}
        {reward.point_buys && <span>{t("buys", { unit, money: buys(reward.point_buys) })}</span>}
      </p>
      {reward.remaining != null && reward.remaining > 0 && (
        <p className="left">{t("remaining", { n: formatPoints(reward.remaining, lang) })}</p>
      )}
    </section>
  );
}

function Price({ reward }: { reward: MemberReward }) {
  const t = useTexts(texts);
  const text = useText();
  return (
    <>
      <details className="more">
        <summary>{t("price.why")}</summary>
        <ol className="steps-of-price">
          {reward.explanation.map((step, at) => (
            <li key={at}>{text(step)}</li>
          ))}
        </ol>
      </details>
      <details className="more">
        <summary>{t("price.history")}</summary>
        <History prices={reward.prices} />
      </details>
    </>
  );
}

const SAME = 1_000_000;

function History({ prices }: { prices: MemberReward["prices"] }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  if (prices.every(({ millionths }) => millionths === SAME)) return <p>{t("price.history.none")}</p>;
  // A day of the program is a day everywhere: noon is on it in any zone between the Pacific and Japan.
  const day = (of: string) => formatInstant(`${of}T12:00:00Z`, lang, "UTC", "day");
  const change = (millionths: number) => {
    const percent = String(Math.round(Math.abs(millionths - SAME) / 1_000) / 10);
    if (millionths === SAME) return t("price.same");
    return millionths > SAME ? t("price.up", { n: percent }) : t("price.down", { n: percent });
  };
  return (
    <ul className="plain-list">
      {[...prices].reverse().map((point) => (
        <li key={point.day}>
          {t("price.from", { day: day(point.day) })} · {change(point.millionths)}
        </li>
      ))}
    </ul>
  );
}

interface ShortProps {
  reward: MemberReward;
  program: Program;
  unit: string;
  missing: number;
}

/** What helps when points are short: some cash, or something else. */
function Short({ reward, program, unit, missing }: ShortProps) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const others = useShelf({ affordable: true, sort: "value" }, 4);
  const items = (others.data?.pages[0]?.data ?? []).filter((item) => item.id !== reward.id && item.available);
  const cash = reward.cash_for_missing;
  return (
    <section className="note">
      <h2>
        {t("short.title")} · {t("short", { points: `${formatPoints(missing, lang)} ${unit}` })}
      </h2>
      {cash && <p>{t("short.cash", { money: formatMoney(cash, lang) })}</p>}
      {items.length > 0 && (
        <>
          <p>{t("short.others")}</p>
          <ul className="items">
            {items.slice(0, 3).map((item) => (
              <Item key={item.id} item={{ ...item, rank: null }} program={program} available={reward.wallet} />
            ))}
          </ul>
        </>
      )}
      {items.length === 0 && others.data && <Link href="/guide">{t("short.none")}</Link>}
    </section>
  );
}
