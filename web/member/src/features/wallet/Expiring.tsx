import { formatInstant, formatPoints, useSettings, useTexts } from "@jifen/look";
import { Failed } from "../../shared/Failed.tsx";
import { lastMoment } from "../../shared/lapses.ts";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { Points } from "../../shared/Points.tsx";
import { useNameOf } from "../../shared/program.ts";
import { type Wallet, useWallet } from "./data.ts";
import { texts } from "./texts.ts";
import { Days } from "./Wallet.tsx";

/** What lapses when, month by month. */
export function Expiring() {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const nameOf = useNameOf();
  const { data, error, refetch } = useWallet();
  if (!data) {
    return (
      <Page title={t("title.expiring")} back="/">
        {error ? <Failed error={error} retry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  const { wallet, program } = data;
  const months = byMonth(wallet, (at) => formatInstant(lastMoment(at), lang, program.zone, "month"));
  return (
    <Page title={t("title.expiring")} back="/">
      {months.length === 0 ? <p className="state">{t("lapse.none")}</p> : <p className="quiet">{t("lapse.hint")}</p>}
      {months.map(([month, lapses]) => (
        <section key={month}>
          <h2 className="month">{month}</h2>
          <ul className="rows">
            {lapses.map(({ at, points, unit }) => (
              <li key={`${unit} ${at}`} className="row">
                <span>
                  {t("until", { day: formatInstant(lastMoment(at), lang, program.zone, "day") })}{" "}
                  <Days at={lastMoment(at)} now={wallet.as_of} zone={program.zone} />
                </span>
                <Points n={points} unit={nameOf(program.units, unit)} />
              </li>
            ))}
          </ul>
        </section>
      ))}
      {wallet.units
        .filter((unit) => unit.lifetime.earned > 0)
        .map((unit) => (
          <p key={unit.unit} className="quiet small">
            {nameOf(program.units, unit.unit)}：
            {t("lifetime", {
              earned: formatPoints(unit.lifetime.earned, lang),
              spent: formatPoints(unit.lifetime.spent, lang),
              expired: formatPoints(unit.lifetime.expired, lang),
            })}
          </p>
        ))}
    </Page>
  );
}

interface Lapse {
  at: string;
  points: number;
  unit: string;
}

function byMonth(wallet: Wallet, monthOf: (at: string) => string): [string, Lapse[]][] {
  const lapses = wallet.units
    .flatMap((unit) => unit.expiring.map(({ at, points }) => ({ at, points, unit: unit.unit })))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  const months = new Map<string, Lapse[]>();
  for (const lapse of lapses) {
    const month = monthOf(lapse.at);
    months.set(month, [...(months.get(month) ?? []), lapse]);
  }
  return [...months];
}
