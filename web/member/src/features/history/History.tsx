import { formatInstant, formatPoints, useSettings, useTexts } from "@jifen/look";
import { Link } from "wouter";
import { type Entry, useEntries } from "../../shared/entries/data.ts";
import { EntryRow } from "../../shared/entries/EntryRow.tsx";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { type Program, firstUnit, useProgram } from "../../shared/program.ts";
import { texts } from "./texts.ts";

const PAGE = 50;

/** Every change there ever was, month by month, each with its "why". */
export function History() {
  const t = useTexts(texts);
  const program = useProgram();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useEntries(PAGE);
  const failed = (data ? null : error) ?? (program.data ? null : program.error);
  if (failed || !data || !program.data) {
    const again = () => void Promise.all([refetch(), program.refetch()]);
    return (
      <Page title={t("title")} back="/">
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={8} />}
      </Page>
    );
  }
  const entries = data.pages.flatMap((page) => page.data);
  return (
    <Page title={t("title")} back="/">
      {entries.length === 0 && (
        <p className="state">
          {t("none")} <Link href="/guide">{t("none.hint")}</Link>
        </p>
      )}
      <Months entries={entries} program={program.data} />
      {error && <Failed error={error} retry={() => void fetchNextPage()} />}
      {hasNextPage && !error && (
        <button
          type="button"
          className="button plain"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {isFetchingNextPage ? t("loading") : t("older")}
        </button>
      )}
      {!hasNextPage && entries.length > 0 && <p className="quiet small center">{t("all")}</p>}
    </Page>
  );
}

function Months({ entries, program }: { entries: Entry[]; program: Program }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const months = new Map<string, Entry[]>();
  for (const entry of entries) {
    const month = formatInstant(entry.effective_at, lang, program.zone, "month");
    months.set(month, [...(months.get(month) ?? []), entry]);
  }
  const unit = firstUnit(program)?.id;
  const sum = (list: Entry[], sign: 1 | -1) =>
    list
      .filter((entry) => entry.unit === unit && entry.points * sign > 0)
      .reduce((total, entry) => total + entry.points * sign, 0);
  return [...months].map(([month, list]) => (
    <section key={month}>
      <header className="month-head">
        <h2 className="month">{month}</h2>
        <span className="quiet small">
          {t("month", { gained: formatPoints(sum(list, 1), lang), lost: formatPoints(sum(list, -1), lang) })}
        </span>
      </header>
      <ul className="rows">
        {list.map((entry) => (
          <EntryRow key={entry.number} entry={entry} program={program} />
        ))}
      </ul>
    </section>
  ));
}
