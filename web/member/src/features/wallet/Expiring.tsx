import { formatInstant, formatPoints, useSettings, useTexts } from "@jifen/look";
import { Link } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { lastMoment } from "../../shared/lapses.ts";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { Points } from "../../shared/Points.tsx";
import { firstUnit, useNameOf } from "../../shared/program.ts";
import { type Wallet, useWallet } from "./data.ts";
import { Extension, useOutlook } from "./Extension.tsx";
import { texts } from "./texts.ts";
import { Days } from "./Wallet.tsx";

/** What lapses when, month by month. */
export function Expiring() {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const nameOf = useNameOf();
  const { data, error, refetch } = useWallet();
  const first = data && firstUnit(data.program);
  const outlook = useOutlook(first?.id).data;
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
      {outlook?.falls_asleep_at && (
        <p className="note">
          {t("asleep", { day: formatInstant(lastMoment(outlook.falls_asleep_at), lang, program.zone, "day") })}{" "}
          <Link href="/redeem">{t("asleep.use")}</Link>
        </p>
      )}
      {(outlook?.dormant ?? 0) > 0 && (
        <p className="note">
          {t("dormant.note", { n: formatPoints(outlook?.dormant ?? 0, lang) })}{" "}
          <Link href="/sleeping">{t("dormant.see")}</Link>
        </p>
      )}
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
                <span className="entry-right">
                  <Points n={points} unit={nameOf(program.units, unit)} />
                  {outlook?.unit === unit &&
                    outlook.data
                      .filter((lapse) => Date.parse(lapse.expires_at) === Date.parse(at))
                      .map((lapse) => (
                        <Extension
                          key={lapse.expires_at}
                          lapse={lapse}
                          unit={{ id: unit, name: nameOf(program.units, unit) }}
                          zone={program.zone}
                        />
                      ))}
                </span>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {wallet.units
        .filter((unit) => unit.lifetime.earned > 0)
        .map((unit) => (
          <p key={unit.unit} className="quiet small">
            {t("lifetime", {
              unit: nameOf(program.units, unit.unit),
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
