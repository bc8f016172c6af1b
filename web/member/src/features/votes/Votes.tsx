import { idempotencyKey } from "@jifen/api";
import { formatInstant, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { useState } from "react";
import { Failed } from "../../shared/Failed.tsx";
import { lastMoment } from "../../shared/lapses.ts";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { useProgram } from "../../shared/program.ts";
import { Progress } from "../../shared/Progress.tsx";
import "../../shared/play.css";
import { useTap } from "../../shared/useTap.ts";
import { type Vote, useCast, useVotes } from "./data.ts";
import { texts } from "./texts.ts";

/** What members are asked to choose: open votes to be cast, and how those before came out. */
export function Votes() {
  const t = useTexts(texts);
  const program = useProgram();
  const { data, error, refetch } = useVotes();
  const failed = (data ? null : error) ?? (program.data ? null : program.error);
  if (!data || !program.data) {
    const again = () => void Promise.all([refetch(), program.refetch()]);
    return (
      <Page title={t("title")} back="/tasks">
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={6} />}
      </Page>
    );
  }
  const { zone } = program.data;
  const order = ["open", "planned", "closed"];
  const shown = [...data].sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
  return (
    <Page title={t("title")} back="/tasks">
      {shown.length === 0 && <p className="state">{t("none")}</p>}
      {shown.map((vote) => (
        <One key={vote.id} vote={vote} zone={zone} />
      ))}
    </Page>
  );
}

function One({ vote, zone }: { vote: Vote; zone: string }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const when =
    vote.state === "closed"
      ? t("over")
      : vote.state === "planned"
        ? t("from", { at: formatInstant(vote.from, lang, zone, "minute") })
        : t("until", { at: formatInstant(lastMoment(vote.until), lang, zone, "minute") });
  return (
    <section className="balance stack" aria-label={text(vote.name)}>
      <h2>{text(vote.name)}</h2>
      <p className="quiet small">{when}</p>
      {vote.state === "open" && vote.own == null ? <Ballot vote={vote} /> : <Outcome vote={vote} />}
    </section>
  );
}

function Ballot({ vote }: { vote: Vote }) {
  const t = useTexts(texts);
  const text = useText();
  const [chosen, setChosen] = useState<string | null>(null);
  const [key] = useState(idempotencyKey);
  const cast = useCast(vote.id, key);
  const tap = useTap({ mutateAsync: () => (chosen === null ? Promise.resolve() : cast.mutateAsync(chosen)) });
  return (
    <>
      <fieldset className="choice one-a-line">
        <legend>{t("once")}</legend>
        {vote.options.map((option) => (
          <label key={option.id}>
            <input type="radio" name={vote.id} checked={chosen === option.id} onChange={() => setChosen(option.id)} />
            <span>{text(option.name)}</span>
          </label>
        ))}
      </fieldset>
      {cast.error && <Failed error={cast.error} />}
      <button type="button" className="button" disabled={chosen === null || cast.isPending} onClick={tap}>
        {cast.isPending ? t("busy") : t("cast")}
      </button>
    </>
  );
}

function Outcome({ vote }: { vote: Vote }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const all = vote.options.reduce((sum, { ballots }) => sum + (ballots ?? 0), 0);
  return (
    <>
      <ul className="plain-list">
        {vote.options.map((option) => {
          const name = text(option.name);
          const said = option.ballots == null ? null : t("ballots", { n: formatPoints(option.ballots, lang) });
          return (
            <li key={option.id} className="step">
              <span className="step-words">
                <span>
                  {name} {vote.own === option.id && <span className="mark on">✓ {t("own")}</span>}{" "}
                  {vote.winner === option.id && <span className="mark on">{t("won")}</span>}
                </span>
                {said && <span className="small">{said}</span>}
              </span>
              {said && <Progress done={option.ballots ?? 0} goal={all} label={`${name} ${said}`} />}
            </li>
          );
        })}
      </ul>
      {vote.state === "open" && <p className="quiet small">{t("thanks")}</p>}
    </>
  );
}
