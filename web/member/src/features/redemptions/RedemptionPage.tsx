import { formatInstant, formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { Link, useSearch } from "wouter";
import { Copy } from "../../shared/Copy.tsx";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { usePrice } from "../../shared/money.ts";
import { Page } from "../../shared/Page.tsx";
import { type Program, useNameOf, useProgram } from "../../shared/program.ts";
import "../../shared/shelf.css";
import { Actions } from "./Actions.tsx";
import { type Redemption, useRedemption } from "./data.ts";
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
  return (
    <>
      <section>
        <h2 className="lead">{text(redemption.name)}</h2>
        <p className="standing">{t(`state.${standing}`)}</p>
        <About redemption={redemption} program={program} />
        <Back redemption={redemption} unit={unit} />
      </section>
      {standing === "awaiting_payment" && <PayNow id={redemption.id} money={redemption.cash} />}
      {redemption.vouchers.map((voucher) => (
        <VoucherView key={voucher.code} voucher={voucher} zone={program.zone} />
      ))}
      {shown && <p className="quiet">{t("voucher.how")}</p>}
      {redemption.handed_at != null && <Rating id={redemption.id} />}
      <Actions redemption={redemption} unit={unit} />
      <Facts redemption={redemption} program={program} unit={unit} />
      <Link href={`/redeem/${encodeURIComponent(redemption.reward)}`} className="button plain">
        {t("see")}
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

function Facts({ redemption, program, unit }: { redemption: Redemption; program: Program; unit: string }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const price = usePrice();
  const facts: [string, string][] = [
    [t("paid"), price(redemption.points, unit, redemption.cash)],
    [t("pieces"), formatPoints(redemption.quantity, lang)],
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
