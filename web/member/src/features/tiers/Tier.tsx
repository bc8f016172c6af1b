import { formatInstant, formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { Link } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { type Program, useNameOf, useProgram } from "../../shared/program.ts";
import { Progress } from "../../shared/Progress.tsx";
import "../../shared/play.css";
import { type Standing, useTier } from "./data.ts";
import { texts } from "./texts.ts";

/** The tier: what it is, how far the next one is, what it takes to keep it, what it gives, how it changed. */
export function Tier() {
  const t = useTexts(texts);
  const program = useProgram();
  const { data, error, refetch } = useTier();
  const failed = (data ? null : error) ?? (program.data ? null : program.error);
  if (!data || !program.data) {
    const again = () => void Promise.all([refetch(), program.refetch()]);
    return (
      <Page title={t("title")} back="/tasks">
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={8} />}
      </Page>
    );
  }
  return (
    <Page title={t("title")} back="/tasks">
      {error && <Failed error={error} retry={() => void refetch()} />}
      <Head standing={data} program={program.data} />
      <Benefits benefits={data.benefits} />
      <Parts standing={data} program={program.data} />
      <History standing={data} program={program.data} />
      <Link href="/tasks" className="button plain">
        {t("tasks")}
      </Link>
    </Page>
  );
}

function useDay(program: Program): (at: string) => string {
  const { lang } = useSettings();
  return (at) => formatInstant(at, lang, program.zone, "day");
}

function Head({ standing, program }: { standing: Standing; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const day = useDay(program);
  const { score, next, keep, notice } = standing;
  const is = (n: number) => formatPoints(n, lang);
  return (
    <section className="balance stack">
      <p className="big">{text(standing.name)}</p>
      {standing.since && <p className="quiet">{t("since", { day: day(standing.since) })}</p>}
      {standing.temporary_until && (
        <p className="note">{t("lent", { day: day(standing.temporary_until), name: text(standing.permanent.name) })}</p>
      )}
      {notice && (
        <p className="note stop" role="status">
          {t("notice", { day: day(notice.at), name: text(notice.name) })}
        </p>
      )}
      {standing.merits.map((merit) => (
        <p key={`${merit.task}-${merit.at}`} className="standing">
          ✓ {t(merit.kind === "upgrade" ? "merit.upgrade" : "merit.keep", { task: text(merit.name) })}
        </p>
      ))}
      {score && next && (
        <>
          <p className="lead">
            {next.missing > 0
              ? t("next", { n: is(next.missing), name: text(next.name) })
              : t("next.enough", { name: text(next.name) })}
          </p>
          <Progress
            done={score.total}
            goal={next.from}
            label={t("next.far", { n: is(score.total), from: is(next.from) })}
          />
          <p className="quiet small">{t("next.far", { n: is(score.total), from: is(next.from) })}</p>
          <Ways by={next.by} program={program} />
        </>
      )}
      {score && !next && <p className="lead">{t("top")}</p>}
      {keep && (
        <p className={keep.reached ? "quiet" : "left"}>
          {t("keep", { n: is(keep.line) })} · {keep.reached ? t("keep.yes") : t("keep.no")}
        </p>
      )}
      {standing.next_assessment && (
        <p className="quiet small">{t("assessment", { day: day(standing.next_assessment) })}</p>
      )}
    </section>
  );
}

type Part = { of: string; name: { zh: string; en: string }; amount: number };

/** How much of something, as people count it. */
function useAmount(program: Program): (part: Part) => string {
  const { lang } = useSettings();
  return ({ of, amount }) =>
    of === "spent" ? formatMoney({ amount, currency: program.currency }, lang) : formatPoints(amount, lang);
}

const KNOWN = ["spent", "points", "balance", "orders", "active_months"] as const;

function Ways({ by, program }: { by: Part[]; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const amountOf = useAmount(program);
  if (by.length === 0) return null;
  return (
    <>
      {by.length > 1 && <p className="quiet small">{t("by")}</p>}
      <ul className="changes">
        {by.map((part) => {
          const known = KNOWN.find((one) => one === part.of);
          const amount = amountOf(part);
          return (
            <li key={part.of}>
              {known ? t(`by.${known}`, { amount }) : t("by.other", { name: text(part.name), amount })}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Benefits({ benefits }: { benefits: Standing["benefits"] }) {
  const t = useTexts(texts);
  const text = useText();
  return (
    <section>
      <h2>{t("benefits")}</h2>
      {benefits.length === 0 ? (
        <p className="quiet">{t("benefits.none")}</p>
      ) : (
        <ul className="rows">
          {benefits.map((benefit) => (
            <li key={benefit.id} className="row">
              <span>{text(benefit.name)}</span>
              <strong>{text(benefit.value)}</strong>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Parts({ standing, program }: { standing: Standing; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const amountOf = useAmount(program);
  const { score } = standing;
  if (!score || score.parts.length === 0) return null;
  return (
    <details className="more">
      <summary>{t("parts")}</summary>
      <p>
        {t("score", { n: formatPoints(score.total, lang) })}
        {score.from && (
          <span className="quiet small">
            {" "}
            · {t("score.from", { day: formatInstant(`${score.from}T12:00:00Z`, lang, "UTC", "day") })}
          </span>
        )}
      </p>
      <ul className="rows">
        {score.parts.map((part) => (
          <li key={part.of} className="row">
            <span>
              {text(part.name)} <span className="quiet small">{amountOf(part)}</span>
            </span>
            <strong>{part.score}</strong>
          </li>
        ))}
      </ul>
    </details>
  );
}

const CAUSES = [
  "assessed",
  "assigned",
  "kept",
  "lent",
  "lent_over",
  "merit",
  "reached",
  "spared",
  "taken_back",
  "warned",
] as const;

function History({ standing, program }: { standing: Standing; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const nameOf = useNameOf();
  const day = useDay(program);
  const tier = (id: string) => nameOf(program.tiers, id);
  return (
    <details className="more">
      <summary>{t("history")}</summary>
      {standing.history.length === 0 && <p>{t("history.none")}</p>}
      <ul className="plain-list">
        {standing.history.map((event, at) => (
          <li key={at}>
            <time dateTime={event.at}>{day(event.at)}</time> ·{" "}
            {event.before === event.tier
              ? tier(event.tier)
              : t("from", { before: tier(event.before), tier: tier(event.tier) })}{" "}
            <span className="quiet small">
              {t(`cause.${CAUSES.find((one) => one === event.cause) ?? "other"}`)}
              {event.task && ` · ${text(event.task)}`}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
