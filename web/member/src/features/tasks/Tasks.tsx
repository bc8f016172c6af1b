import { useTexts } from "@jifen/look";
import { Link } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { useProgram } from "../../shared/program.ts";
import "../../shared/play.css";
import { useStreaks } from "../../shared/streaks/data.ts";
import { StreakView } from "../../shared/streaks/StreakView.tsx";
import { texts } from "./texts.ts";

/** What a member can do today, by one tap where that is possible. */
export function Tasks() {
  const t = useTexts(texts);
  const program = useProgram();
  const streaks = useStreaks();
  const failed = (streaks.data ? null : streaks.error) ?? (program.data ? null : program.error);
  if (!streaks.data || !program.data) {
    const again = () => void Promise.all([program.refetch(), streaks.refetch()]);
    return <Page title={t("title")}>{failed ? <Failed error={failed} retry={again} /> : <Loading lines={8} />}</Page>;
  }
  const rows = streaks.data.streaks;
  return (
    <Page title={t("title")}>
      {streaks.error && <Failed error={streaks.error} retry={() => void streaks.refetch()} />}
      {rows.map((streak) => (
        <StreakView key={streak.id} streak={streak} program={program.data} />
      ))}
      {rows.length === 0 && (
        <p className="state">
          {t("none")} <Link href="/guide">{t("none.hint")}</Link>
        </p>
      )}
      <nav className="ways even" aria-label={t("ways")}>
        {(["tier", "invite"] as const).map((path) => (
          <Link key={path} href={`/${path}`} className="button plain">
            {t(path)}
          </Link>
        ))}
      </nav>
    </Page>
  );
}
