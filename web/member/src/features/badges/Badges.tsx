import { formatInstant, useSettings, useText, useTexts } from "@jifen/look";
import { useState } from "react";
import { Failed } from "../../shared/Failed.tsx";
import { lastMoment } from "../../shared/lapses.ts";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { useProgram } from "../../shared/program.ts";
import "../../shared/play.css";
import { chance } from "../../shared/streaks/StreakView.tsx";
import { type Badge, type Collection, useBadges, useCollections } from "./data.ts";
import { texts } from "./texts.ts";

const KINDS = ["badge", "title", "frame"] as const;

/** What the member has earned besides points, what there is to earn, and riddles for what is hidden. */
export function Badges() {
  const t = useTexts(texts);
  const program = useProgram();
  const badges = useBadges();
  const collections = useCollections();
  const failed = (badges.data ? null : badges.error) ?? (program.data ? null : program.error);
  if (!badges.data || !program.data) {
    const again = () => void Promise.all([badges.refetch(), program.refetch()]);
    return (
      <Page title={t("title")} back="/tasks">
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={6} />}
      </Page>
    );
  }
  const all = badges.data;
  const { zone } = program.data;
  return (
    <Page title={t("title")} back="/tasks">
      {all.length === 0 && !collections.data?.length && <p className="state">{t("none")}</p>}
      {all.length > 0 && (
        <p className="lead">{t("held", { n: all.filter(({ held }) => held).length, all: all.length })}</p>
      )}
      {KINDS.map((kind) => {
        const of = all.filter((badge) => badge.kind === kind);
        if (of.length === 0) return null;
        return (
          <section key={kind}>
            <h2>{t(`kind.${kind}`)}</h2>
            <ul className="wall">
              {[...of]
                .sort((one, other) => Number(other.held) - Number(one.held))
                .map((badge, at) => (
                  <One key={badge.id ?? at} badge={badge} zone={zone} />
                ))}
            </ul>
          </section>
        );
      })}
      {collections.data?.map((set) => (
        <Cards key={set.id} set={set} zone={zone} />
      ))}
    </Page>
  );
}

function One({ badge, zone }: { badge: Badge; zone: string }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const [missing, setMissing] = useState(false);
  const day = (at: string) => formatInstant(at, lang, zone, "day");
  const secret = badge.name == null;
  return (
    <li className={badge.held ? "badge held" : "badge"}>
      {badge.image && !missing ? (
        <img src={badge.image} alt="" width={56} height={56} onError={() => setMissing(true)} />
      ) : (
        <svg viewBox="0 0 24 24" aria-hidden="true">
          {secret ? (
            <path d="M9 9a3 3 0 1 1 4 2.8c-.7.3-1 .8-1 1.7v.5M12 17.5v.5" />
          ) : (
            <path d="M12 3l2.6 5.6 6 .7-4.4 4.2 1.2 6L12 16.6 6.6 19.5l1.2-6L3.4 9.3l6-.7z" />
          )}
        </svg>
      )}
      <strong>{badge.name ? text(badge.name) : t("hidden")}</strong>
      {badge.riddle && secret && <em className="small">{text(badge.riddle)}</em>}
      {badge.about && <span className="quiet small">{text(badge.about)}</span>}
      <span className="quiet small">
        {badge.held && badge.earned_at && t("since", { day: day(badge.earned_at) })}
        {badge.held && badge.until && ` · ${t("until", { day: day(lastMoment(badge.until)) })}`}
        {!badge.held && (badge.earned_at ? t("once", { day: day(badge.earned_at) }) : t("open"))}
      </span>
    </li>
  );
}

function Cards({ set, zone }: { set: Collection; zone: string }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const have = set.cards.filter(({ held }) => held > 0).length;
  const facts = [
    set.complete ? t("cards.complete") : t("cards.have", { n: have, all: set.cards.length }),
    set.day_max != null && t("cards.day", { n: set.day_max }),
    set.until && t("cards.until", { at: formatInstant(lastMoment(set.until), lang, zone, "minute") }),
  ].filter((fact) => typeof fact === "string");
  return (
    <section>
      <h2>{text(set.name)}</h2>
      <p className="quiet">{facts.join(" · ")}</p>
      <ul className="wall">
        {set.cards.map((card) => (
          <li key={card.id} className={card.held > 0 ? "badge held" : "badge"}>
            <strong>{text(card.name)}</strong>
            <span className="small">{t("cards.number", { n: card.held })}</span>
            <span className="quiet small">{t("cards.odds", { chance: chance(card.odds_ppm) })}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
