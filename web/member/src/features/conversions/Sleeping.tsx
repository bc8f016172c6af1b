import { formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { useState } from "react";
import { Link } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { Points } from "../../shared/Points.tsx";
import { type Program, useNameOf, useProgram } from "../../shared/program.ts";
import "../../shared/shelf.css";
import { parts } from "./amount.ts";
import { ConvertSheet } from "./ConvertSheet.tsx";
import { type Way, useWays } from "./data.ts";
import { Past } from "./Past.tsx";
import { texts } from "./texts.ts";

/** Points that sleep: how many, how they wake, and what else they may become. */
export function Sleeping() {
  const t = useTexts(texts);
  const program = useProgram();
  const nameOf = useNameOf();
  const { data, error, refetch } = useWays();
  const failed = (data ? null : error) ?? (program.data ? null : program.error);
  if (!data || !program.data) {
    const again = () => void Promise.all([refetch(), program.refetch()]);
    return (
      <Page title={t("title")} back="/expiring">
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={6} />}
      </Page>
    );
  }
  const unit = nameOf(program.data.units, data.unit);
  const sleeps = data.dormant > 0;
  return (
    <Page title={t("title")} back="/expiring">
      {sleeps ? (
        <section className="balance stack" aria-label={t("resting")}>
          <p className="tier">{t("resting")}</p>
          <p className="big">
            <Points n={data.dormant} unit={unit} />
          </p>
          <p className="quiet">{t(data.data.length > 0 ? "resting.about" : "resting.back")}</p>
          <Link href="/redeem" className="button">
            {t("use")}
          </Link>
        </section>
      ) : (
        <p className="state">
          {t("awake")} <Link href="/redeem">{t("redeem")}</Link>
        </p>
      )}
      {sleeps && data.data.length > 0 && (
        <section>
          <h2>{t("ways")}</h2>
          <ul className="items">
            {data.data.map((way) => (
              <One key={way.id} way={way} unit={unit} program={program.data} />
            ))}
          </ul>
        </section>
      )}
      <Past program={program.data} />
    </Page>
  );
}

/** What one part of a way takes and gives, in words. */
function useTerms(program: Program): (way: Way, unit: string) => string {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const nameOf = useNameOf();
  return (way, unit) => {
    const points = `${formatPoints(way.points, lang)} ${unit}`;
    if (way.amount) {
      const said = t("way.voucher", { points, money: formatMoney(way.amount, lang) });
      return way.days ? `${said} · ${t("way.days", { n: way.days })}` : said;
    }
    if (way.cause) return t("way.charity", { points, cause: text(way.cause) });
    const into = `${formatPoints(way.unit_points ?? 0, lang)} ${nameOf(program.units, way.unit)}`;
    return t("way.unit", { points, into });
  };
}

function One({ way, unit, program }: { way: Way; unit: string; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const terms = useTerms(program);
  const [asked, setAsked] = useState(false);
  const whole = parts(way, way.most) * way.points;
  const points = (n: number) => `${formatPoints(n, lang)} ${unit}`;
  return (
    <li className="item task">
      <div className="task-head">
        <strong>{text(way.name)}</strong>
        {whole > 0 && (
          <button
            type="button"
            className="link"
            aria-label={`${t("choose")} · ${text(way.name)}`}
            onClick={() => setAsked(true)}
          >
            {t("choose")}
          </button>
        )}
      </div>
      <p className="quiet small">
        {terms(way, unit)} ·{" "}
        {whole > 0 ? t("most", { points: points(whole) }) : t("most.none", { points: points(way.points) })}
      </p>
      {asked && (
        <ConvertSheet way={{ ...way, most: whole }} unit={unit} program={program} onClose={() => setAsked(false)} />
      )}
    </li>
  );
}
