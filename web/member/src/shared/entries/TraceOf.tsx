import { formatInstant, useSettings, useText, useTexts } from "@jifen/look";
import { Failed } from "../Failed.tsx";
import { lastMoment } from "../lapses.ts";
import { Loading } from "../Loading.tsx";
import { Points } from "../Points.tsx";
import { type Program, useNameOf } from "../program.ts";
import { type Entry, type Trace, useTrace } from "./data.ts";
import { keyOf, texts } from "./texts.ts";

/** Where the points of a change came from, and what became of them. */
export function TraceOf({ entry, program }: { entry: Entry; program: Program }) {
  const t = useTexts(texts);
  const { data, error, refetch } = useTrace(entry.number, true);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading lines={2} />;
  return (
    <section className="trace" aria-label={t("trace.title")}>
      <h3>{t("trace.from")}</h3>
      <Sources from={data.from} program={program} />
      {!data.complete && <p className="quiet small">{t("trace.long")}</p>}
      {data.to.length > 0 && (
        <>
          <h3>{t("trace.to")}</h3>
          <Fates to={data.to} program={program} />
        </>
      )}
    </section>
  );
}

function Sources({ from, program }: { from: Trace["from"]; program: Program }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const nameOf = useNameOf();
  const text = useText();
  if (from.length === 0) return <p className="quiet">{t("trace.none")}</p>;
  return (
    <ul className="rows">
      {from.map((source, place) => (
        <li key={place} className="row">
          <span>
            {source.source ? nameOf(program.sources, source.source) : t("was.earn")}
            <span className="small block">{text(source.explanation)}</span>
            <span className="quiet small block">
              {t("trace.earned", { day: formatInstant(source.earned_at, lang, program.zone, "day") })}
              {source.order && ` · ${t("trace.order", { order: source.order })}`}
              {source.expires_at &&
                ` · ${t("trace.until", { day: formatInstant(lastMoment(source.expires_at), lang, program.zone, "day") })}`}
            </span>
          </span>
          <Points n={source.points} />
        </li>
      ))}
    </ul>
  );
}

function Fates({ to, program }: { to: Trace["to"]; program: Program }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  return (
    <ul className="rows">
      {to.map((fate, place) => (
        <li key={place} className="row">
          <span>
            {t(keyOf(`to.${fate.state}`, "to.other") as "to.other")}
            {fate.at && (
              <span className="quiet small block">{formatInstant(fate.at, lang, program.zone, "minute")}</span>
            )}
          </span>
          <Points n={fate.points} />
        </li>
      ))}
    </ul>
  );
}
