import { formatInstant, useSettings, useText, useTexts } from "@jifen/look";
import { Link } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { usePrice } from "../../shared/money.ts";
import { Page } from "../../shared/Page.tsx";
import { type Program, useNameOf, useProgram } from "../../shared/program.ts";
import "../../shared/shelf.css";
import { type Redemption, useRedemptions } from "./data.ts";
import { isOpen, standingOf } from "./standing.ts";
import { texts } from "./texts.ts";

/** Everything the member redeemed, newest first. */
export function Redemptions() {
  const t = useTexts(texts);
  const program = useProgram();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useRedemptions();
  const failed = (data ? null : error) ?? (program.data ? null : program.error);
  if (!data || !program.data) {
    const again = () => void Promise.all([refetch(), program.refetch()]);
    return (
      <Page title={t("title")} back="/redeem">
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const all = data.pages.flatMap((page) => page.data);
  return (
    <Page title={t("title")} back="/redeem">
      {all.length === 0 && (
        <p className="state">
          {t("none")} <Link href="/redeem">{t("none.hint")}</Link>
        </p>
      )}
      {error && <Failed error={error} retry={() => void refetch()} />}
      {all.length > 0 && (
        <ul className="items">
          {all.map((redemption) => (
            <Row key={redemption.id} redemption={redemption} program={program.data} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <button
          type="button"
          className="button plain"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {isFetchingNextPage ? t("loading") : t("more")}
        </button>
      )}
    </Page>
  );
}

function Row({ redemption, program }: { redemption: Redemption; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const price = usePrice();
  const nameOf = useNameOf();
  const standing = standingOf(redemption);
  const unit = nameOf(program.units, redemption.unit);
  return (
    <li className="item">
      <Link href={`/redemptions/${redemption.id}`} className="item-link">
        <span className="item-name">{text(redemption.name)}</span>
        <span className={isOpen(standing) ? "mark on" : "mark"}>{t(`state.${standing}`)}</span>
        <span className="item-facts quiet small">
          <span>{redemption.gift ? t("gift") : price(redemption.points, unit, redemption.cash)}</span>
          <time dateTime={redemption.at}>{formatInstant(redemption.at, lang, program.zone, "minute")}</time>
        </span>
      </Link>
    </li>
  );
}
