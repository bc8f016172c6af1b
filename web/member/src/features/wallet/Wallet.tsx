import { Unreachable } from "@jifen/api";
import { daysUntil, formatInstant, formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { lazy, Suspense } from "react";
import { Link } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { lastMoment } from "../../shared/lapses.ts";
import { Loading } from "../../shared/Loading.tsx";
import { useMe } from "../../shared/me.ts";
import { Page } from "../../shared/Page.tsx";
import { Points } from "../../shared/Points.tsx";
import { type Program, firstUnit, useNameOf } from "../../shared/program.ts";
import { Recent } from "../../shared/Recent.tsx";
import { texts as shared } from "../../shared/texts.ts";
import { useUnread } from "../../shared/unread.ts";
import { type WalletUnit, useWallet } from "./data.ts";
import { texts } from "./texts.ts";

const ComingNotice = lazy(() => import("./ComingNotice.tsx").then((m) => ({ default: m.ComingNotice })));

/** The wallet: the number first, what it is worth, what lapses next; everything else one tap away. */
export function Wallet() {
  const t = useTexts(texts);
  const { data, error, refetch } = useWallet();
  const unread = useUnread();
  if (!data) {
    return (
      <Page title={t("title")}>
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={6} />}
      </Page>
    );
  }
  const { wallet, member, program } = data;
  const first = firstUnit(program);
  const others = wallet.units.filter((unit) => unit.unit !== first?.id && isThere(unit));
  return (
    <Page title={t("title")}>
      {error && <Old at={wallet.as_of} zone={program.zone} error={error} />}
      {member.states.frozen && (
        <p className="note stop" role="status">
          {t("frozen")} <Link href="/help?about=freeze">{t("frozen.appeal")}</Link>
        </p>
      )}
      {wallet.units
        .filter((unit) => unit.unit === first?.id)
        .map((unit) => (
          <Balance key={unit.unit} unit={unit} program={program} tier={member.tier} now={wallet.as_of} />
        ))}
      <Suspense>
        <ComingNotice zone={program.zone} />
      </Suspense>
      <nav className="ways" aria-label={t("ways")}>
        <Link href="/redeem" className="button">
          {t("redeem")}
        </Link>
        <Link href="/card" className="button plain">
          {t("card")}
        </Link>
        <Link href="/redemptions" className="button plain">
          {t("redemptions")}
        </Link>
        <Link href="/inbox" className="button plain">
          {unread ? t("inbox.unread", { n: unread }) : t("inbox")}
        </Link>
      </nav>
      {others.length > 0 && <Others units={others} program={program} />}
      <Recent title={t("recent")} all={t("recent.all")} none={t("recent.none")} hint={t("recent.none.hint")} />
    </Page>
  );
}

function isThere(unit: WalletUnit): boolean {
  return unit.available !== 0 || unit.pending !== 0 || unit.held !== 0 || unit.debt !== 0 || unit.lifetime.earned !== 0;
}

function Old({ at, zone, error }: { at: string; zone: string; error: unknown }) {
  const t = useTexts(shared);
  const { lang } = useSettings();
  const { offline } = useMe();
  const seen = t("offline.seen", { at: formatInstant(at, lang, zone, "minute") });
  if (!(error instanceof Unreachable)) return <Failed error={error} />;
  return (
    <p className="note" role="status" title={formatInstant(at, lang, zone, "second")}>
      {offline ? seen : `${t("offline.title")} · ${seen}`}
    </p>
  );
}

interface BalanceProps {
  unit: WalletUnit;
  program: Program;
  tier: string;
  now: string;
}

function Balance({ unit, program, tier, now }: BalanceProps) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const nameOf = useNameOf();
  const next = unit.expiring[0];
  const name = nameOf(program.units, unit.unit);
  return (
    <section className="balance" aria-label={t("available")}>
      <p className="tier">{nameOf(program.tiers, tier)}</p>
      <p className="big">
        <Points n={unit.available} />
        <span className="unit"> {name}</span>
      </p>
      {unit.worth && (
        <p>
          {t("worth", { money: formatMoney(unit.worth, lang) })}{" "}
          <Link href="/guide#worth" className="quiet-link">
            {t("worth.why")}
          </Link>
        </p>
      )}
      {next && (
        <Link href="/expiring" className="next">
          <span>
            {t("lapse.next", {
              points: `${formatPoints(next.points, lang)} ${name}`,
              day: formatInstant(lastMoment(next.at), lang, program.zone, "day"),
            })}
          </span>
          <Days at={lastMoment(next.at)} now={now} zone={program.zone} />
        </Link>
      )}
      <States unit={unit} />
    </section>
  );
}

/** Days that are left; in the color of warning when they are few. */
export function Days({ at, now, zone }: { at: string; now: string; zone: string }) {
  const t = useTexts(texts);
  const days = daysUntil(at, now, zone);
  return (
    <span className={days <= 30 ? "days soon" : "days"}>
      {days <= 0 ? t("lapse.today") : t("lapse.days", { n: days })}
    </span>
  );
}

function States({ unit }: { unit: WalletUnit }) {
  const t = useTexts(texts);
  const states = (["pending", "held", "dormant", "debt"] as const).filter((state) => unit[state] !== 0);
  if (states.length === 0) return null;
  return (
    <dl className="states">
      {states.map((state) => (
        <div key={state}>
          <dt>
            {state === "dormant" ? <Link href="/sleeping">{t(state)}</Link> : t(state)}{" "}
            <span className="quiet small">{t(`${state}.about`)}</span>
          </dt>
          <dd>
            <Points n={state === "debt" ? -unit[state] : unit[state]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Others({ units, program }: { units: WalletUnit[]; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  return (
    <section>
      <h2>{t("others")}</h2>
      <ul className="rows">
        {units.map((unit) => {
          const kind = program.units.find((known) => known.id === unit.unit);
          return (
            <li key={unit.unit} className="row">
              <span>{kind ? text(kind.name) : unit.unit}</span>
              <Points n={unit.available} />
            </li>
          );
        })}
      </ul>
    </section>
  );
}
