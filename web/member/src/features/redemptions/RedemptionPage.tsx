import { formatInstant, formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { Link, useSearch } from "wouter";
import { Copy } from "../../shared/Copy.tsx";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { usePrice } from "../../shared/money.ts";
import { Page } from "../../shared/Page.tsx";
import { type Program, useNameOf, useProgram } from "../../shared/program.ts";
import { useReward } from "../../shared/rewards.ts";
import "../../shared/shelf.css";
import { Actions } from "./Actions.tsx";
import { BookingView } from "./BookingView.tsx";
import { type Redemption, useRedemption } from "./data.ts";
import { PartnerCodes } from "./PartnerCodes.tsx";
import { PayNow } from "./PayNow.tsx";
import { Rating } from "./Rating.tsx";
import { standingOf } from "./standing.ts";
import { texts } from "./texts.ts";
import { VoucherView } from "./VoucherView.tsx";

/** A redemption: its codes to be shown, where it stands, and what can be done about it. */
export function RedemptionPage({ params }: { params: { id: string } }) {
  const t = useTexts(texts);
  const isNew = useSearch() === "new";
  const program = useProgram();
  const { data, error, refetch } = useRedemption(params.id);
  const failed = (data ? null : error) ?? (program.data ? null : program.error);
  return (
    <Page title={isNew && data?.state === "open" ? t("done") : t("one")} back="/redemptions">
      {data && program.data ? (
        <RedemptionView redemption={data} program={program.data} />
      ) : failed ? (
        <Failed error={failed} retry={() => void Promise.all([refetch(), program.refetch()])} />
      ) : (
        <Loading lines={8} />
      )}
      {data && error && <Failed error={error} retry={() => void refetch()} />}
    </Page>
  );
}

/** All that a redemption has to show. */
export function RedemptionView({ redemption, program }: { redemption: Redemption; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const nameOf = useNameOf();
  const standing = standingOf(redemption);
  const unit = nameOf(program.units, redemption.unit);
  const shown = standing === "usable" || standing === "pick_up";
  const isElectronic = redemption.delivery === "electronic" && (shown || standing === "fulfilled");
  return (
    <>
      <section>
        <h2 className="lead">{text(redemption.name)}</h2>
        <p className="standing">{t(`state.${standing}`)}</p>
        {redemption.gift && <p className="quiet">{t("gift.by", { rule: text(redemption.gift.by) })}</p>}
        <About redemption={redemption} program={program} />
        <Back redemption={redemption} unit={unit} />
        <Remedies redemption={redemption} program={program} unit={unit} />
      </section>
      {standing === "awaiting_payment" && <PayNow id={redemption.id} money={redemption.cash} />}
      {isElectronic && <BookingView redemption={redemption} zone={program.zone} />}
      {isElectronic && <PartnerCodes id={redemption.id} />}
      {redemption.vouchers.map((voucher) => (
        <VoucherView key={voucher.code} voucher={voucher} zone={program.zone} />
      ))}
      {shown && redemption.vouchers.length > 0 && <p className="quiet">{t("voucher.how")}</p>}
      {redemption.handed_at != null && <Rating id={redemption.id} />}
      <Actions redemption={redemption} unit={unit} />
      <Facts redemption={redemption} program={program} unit={unit} />
      <Link href={`/redeem/${encodeURIComponent(redemption.reward)}`} className="button plain">
        {t("see")}
      </Link>
      <Link href={`/help?about=redemption&id=${encodeURIComponent(redemption.id)}`} className="button plain">
        {t("dispute")}
      </Link>
    </>
  );
}

function About({ redemption, program }: { redemption: Redemption; program: Program }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const standing = standingOf(redemption);
  const at = (instant: string | null | undefined) =>
    instant ? formatInstant(instant, lang, program.zone, "minute") : "";
  if (redemption.gift && standing === "canceled") return <p>{t("gift.canceled")}</p>;
  switch (standing) {
    case "awaiting_payment":
      return (
        <p>
          {t("about.awaiting_payment", {
            at: at(redemption.waits_until),
            money: formatMoney(redemption.cash, lang),
          })}
        </p>
      );
    case "to_confirm":
      return <p>{t("about.to_confirm", { at: at(redemption.waits_until) })}</p>;
    case "to_send":
      return <p>{redemption.ship_by ? t("about.ship_by", { at: at(redemption.ship_by) }) : t("about.to_send")}</p>;
    case "sent":
      return (
        <>
          <p>{t("about.sent", { at: at(redemption.handed_at) })}</p>
          {redemption.tracking && (
            <>
              <p className="code small-code">{t("tracking", { code: redemption.tracking })}</p>
              <Copy text={redemption.tracking} label={t("tracking.copy")} />
            </>
          )}
        </>
      );
    default:
      return <p>{t(`about.${standing}`)}</p>;
  }
}

/** What came back of points and money. */
function Back({ redemption, unit }: { redemption: Redemption; unit: string }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  return (
    <>
      {redemption.points_back > 0 && (
        <p>{t("back", { points: `${formatPoints(redemption.points_back, lang)} ${unit}` })}</p>
      )}
      {redemption.cash_back.amount > 0 && <p>{t("back.cash", { money: formatMoney(redemption.cash_back, lang) })}</p>}
    </>
  );
}

/** What is done about something that came back because it was broken. */
function Remedies({ redemption, program, unit }: { redemption: Redemption; program: Program; unit: string }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const { remedy } = redemption;
  if (!remedy) return null;
  const { compensation, exchange_by, pick_up } = remedy;
  return (
    <>
      {compensation > 0 && <p>{t("remedy.points", { points: `${formatPoints(compensation, lang)} ${unit}` })}</p>}
      {exchange_by && <p>{t("remedy.exchange", { at: formatInstant(exchange_by, lang, program.zone, "minute") })}</p>}
      {pick_up === "free" && <p>{t("remedy.free")}</p>}
      {pick_up === "paid" && <p>{t("remedy.paid")}</p>}
    </>
  );
}

/** What was chosen, by the names that the reward gives its choices. */
function useChosen({ options = {}, reward }: Redemption): [name: string, value: string][] {
  const text = useText();
  const { data } = useReward(reward, Object.keys(options).length > 0);
  return Object.entries(options).map(([choice, option]) => {
    const known = data?.choices.find(({ id }) => id === choice);
    const chosen = known?.options.find(({ id }) => id === option);
    return [known ? text(known.name) : choice, chosen ? text(chosen.name) : option];
  });
}

function Facts({ redemption, program, unit }: { redemption: Redemption; program: Program; unit: string }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const price = usePrice();
  const chosen = useChosen(redemption);
  const facts: [string, string][] = [
    [t("paid"), price(redemption.points, unit, redemption.cash)],
    [t("pieces"), formatPoints(redemption.quantity, lang)],
    ...chosen,
    ...(redemption.day
      ? [[t("day"), formatInstant(`${redemption.day}T12:00:00Z`, lang, "UTC", "day")] as [string, string]]
      : []),
    [t("delivery"), t(`delivery.${redemption.delivery}` as "delivery.ship")],
    [t("when"), formatInstant(redemption.at, lang, program.zone, "minute")],
    [t("number"), redemption.id],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
