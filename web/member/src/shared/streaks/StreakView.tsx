import { formatInstant, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { Failed } from "../Failed.tsx";
import { type Program, useNameOf } from "../program.ts";
import { useTap } from "../useTap.ts";
import { type Brings, type Streak, useCheckIn } from "./data.ts";
import { texts } from "./texts.ts";

/** A chance in parts of a million as people read it: `5%`, `0.5%`. */
export function chance(ppm: number): string {
  const hundredths = Math.round(ppm / 100);
  const rest = hundredths % 100;
  const digits = rest === 0 ? "" : `.${String(rest).padStart(2, "0").replace(/0$/, "")}`;
  return `${Math.floor(hundredths / 100)}${digits}%`;
}

/** What a day brings for certain, in words; nothing where nothing is certain. */
function useCertain(program: Program): (brings: Brings) => string {
  const { lang } = useSettings();
  const nameOf = useNameOf();
  return ({ awards }) => {
    const sums = new Map<string, number>();
    for (const { unit, points } of awards) sums.set(unit, (sums.get(unit) ?? 0) + points);
    return [...sums]
      .filter(([, points]) => points > 0)
      .map(([unit, points]) => `${formatPoints(points, lang)} ${nameOf(program.units, unit)}`)
      .join(lang === "zh" ? "、" : ", ");
  };
}

/** Days in a row: how many, what today brings by one tap, what tomorrow will, and the days that counted. */
export function StreakView({ streak, program }: { streak: Streak; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const certain = useCertain(program);
  const check = useCheckIn(streak.id);
  const tap = useTap(check);
  const now = certain(streak.today);
  const then = certain(streak.tomorrow);
  const outcome = check.data?.outcome;
  return (
    <section className="balance stack" aria-label={text(streak.name)}>
      <h2>{text(streak.name)}</h2>
      <p className="lead">
        {streak.length > 0 ? t("length", { n: streak.length }) : t("begin")}
        {streak.best > streak.length && <span className="quiet small"> · {t("best", { n: streak.best })}</span>}
      </p>
      {streak.may_check_in && !streak.done_today && (
        <>
          <button type="button" className="button" disabled={check.isPending} onClick={tap}>
            {check.isPending ? t("busy") : now ? t("check.in.for", { points: now }) : t("check.in")}
          </button>
          <Odds odds={streak.today.odds} program={program} />
        </>
      )}
      {streak.done_today && (
        <p className="standing" role="status">
          ✓ {t("done")}
          {outcome && <span className="block">{text(outcome)}</span>}
        </p>
      )}
      {check.error && <Failed error={check.error} />}
      <p className="quiet">
        {then ? t("tomorrow", { points: then }) : t("tomorrow.nothing")}
        {streak.done_today && <Odds odds={streak.tomorrow.odds} program={program} />}
      </p>
      <Calendar days={streak.days} />
    </section>
  );
}

function Odds({ odds, program }: { odds: Brings["odds"]; program: Program }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const nameOf = useNameOf();
  return odds.map(({ rule, chance_ppm, unit, points_from, points_to }) => {
    const facts = {
      chance: chance(chance_ppm),
      from: formatPoints(points_from, lang),
      unit: nameOf(program.units, unit),
    };
    return (
      <span key={rule} className="quiet small block">
        {points_from === points_to
          ? t("chance.one", facts)
          : t("chance", { ...facts, to: formatPoints(points_to, lang) })}
      </span>
    );
  });
}

function Calendar({ days }: { days: Streak["days"] }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  // The first stands under its day of the week.
  const first = days[0] ? (new Date(`${days[0].day}T12:00:00Z`).getUTCDay() + 6) % 7 : 0;
  return (
    <ol className="calendar" aria-label={t("calendar")}>
      {Array.from({ length: first }, (_, at) => (
        <li key={`before-${at}`} aria-hidden="true" />
      ))}
      {days.map(({ day, done }, at) => {
        const name = formatInstant(`${day}T12:00:00Z`, lang, "UTC", "day");
        const today = at === days.length - 1;
        return (
          <li
            key={day}
            className={`${done ? "done" : ""}${today ? " today" : ""}`}
            aria-label={done ? t("day.done", { day: name }) : t("day.missed", { day: name })}
          >
            <span aria-hidden="true">{Number(day.slice(8))}</span>
          </li>
        );
      })}
    </ol>
  );
}
