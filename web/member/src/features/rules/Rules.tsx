import { dayOf, formatInstant, useSettings, useTexts } from "@jifen/look";
import { useState } from "react";
import { Link, useLocation, useSearchParams } from "wouter";
import { Download } from "../../shared/Download.tsx";
import { useRulesAt } from "../../shared/entries/data.ts";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { useProgram } from "../../shared/program.ts";
import { Coming } from "./Coming.tsx";
import { type Version, downloadRules, useVersions } from "./data.ts";
import { KeyConditions, hasRead } from "./KeyConditions.tsx";
import { Sections } from "../../shared/Sections.tsx";
import { keyConditions } from "../../shared/sentences.ts";
import { texts } from "./texts.ts";

/** The rules of any day in plain sentences, with what changes next, as a page and as a file. */
export function Rules() {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const [search] = useSearchParams();
  const at = search.get("at");
  const program = useProgram();
  const versions = useVersions();
  const { data, error, refetch } = useRulesAt(at);
  const [showKey, setShowKey] = useState(false);
  const zone = program.data?.zone;
  if (!data || !zone) {
    const again = () => void Promise.all([refetch(), program.refetch()]);
    const failed = error ?? program.error;
    return (
      <Page title={t("title")}>
        <DayOfRules at={at} shown={null} />
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={10} />}
      </Page>
    );
  }
  const page = data.page[lang];
  const key = keyConditions(page.sections);
  const version = versions.data?.data.find((known) => known.version === data.version);
  const unread = at === null && key.length > 0 && !hasRead(data.version);
  return (
    <Page title={t("title")}>
      <DayOfRules at={at} shown={dayOf(data.at, zone)} />
      {at !== null && (
        <p className="note" role="status">
          {t("then", { day: formatInstant(data.at, lang, zone, "day") })}
        </p>
      )}
      <p className="quiet">
        {t("version", { n: data.version })}
        {version &&
          ` · ${version.from ? t("since", { day: formatInstant(version.from, lang, zone, "day") }) : t("since.ever")}`}
      </p>
      {at === null && <Coming coming={data.coming} zone={zone} />}
      <Sections sections={page.sections} />
      <div className="actions">
        <Download label={t("pdf")} busy={t("pdf.busy")} get={() => downloadRules(at)} />
        {key.length > 0 && (
          <button type="button" className="button plain" onClick={() => setShowKey(true)}>
            {t("key.show")}
          </button>
        )}
        <Link href="/guide" className="button plain">
          {t("guide")}
        </Link>
      </div>
      {versions.data && <Earlier versions={versions.data.data} zone={zone} />}
      {(unread || showKey) && <KeyConditions sections={key} version={data.version} onClose={() => setShowKey(false)} />}
    </Page>
  );
}

function DayOfRules({ at, shown }: { at: string | null; shown: string | null }) {
  const t = useTexts(texts);
  const [, go] = useLocation();
  return (
    <p className="day-of-rules">
      <label>
        <span>{t("date")}</span>
        <input
          type="date"
          value={shown ?? ""}
          onChange={(event) => go(event.target.value ? `/rules?at=${event.target.value}` : "/rules")}
        />
      </label>
      {at !== null && <Link href="/rules">{t("date.today")}</Link>}
    </p>
  );
}

function Earlier({ versions, zone }: { versions: Version[]; zone: string }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const begun = versions.filter(({ state }) => state === "in_force" || state === "past");
  if (begun.length < 2) return null;
  return (
    <section>
      <h2>{t("before.title")}</h2>
      <ul className="plain-list">
        {begun.map(({ version, from }) => (
          <li key={version}>
            {from ? (
              <Link href={`/rules?at=${encodeURIComponent(from)}`}>
                {t("before.from", { n: version, day: formatInstant(from, lang, zone, "day") })}
              </Link>
            ) : (
              t("before.first", { n: version })
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
