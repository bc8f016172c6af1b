import { formatInstant, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { useSearchParams } from "wouter";
import { useAwards } from "../../shared/awards.ts";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { useProgram } from "../../shared/program.ts";
import "../../shared/play.css";
import { type Leaderboard, type Places, useLeaderboards, usePlaces } from "./data.ts";
import { texts } from "./texts.ts";

const DAY_MS = 86_400_000;

/** A calendar day as people read it. */
function useDay(): (day: string) => string {
  const { lang } = useSettings();
  return (day) => formatInstant(`${day}T12:00:00Z`, lang, "UTC", "day");
}

function dayBefore(day: string): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) - DAY_MS).toISOString().slice(0, 10);
}

/** Who is in front, and where the member stands. */
export function Leaderboards() {
  const t = useTexts(texts);
  const text = useText();
  const [search, setSearch] = useSearchParams();
  const boards = useLeaderboards();
  if (!boards.data) {
    return (
      <Page title={t("title")} back="/tasks">
        {boards.error ? <Failed error={boards.error} retry={() => void boards.refetch()} /> : <Loading lines={6} />}
      </Page>
    );
  }
  // Those that each shop has of its own are shown in the shop.
  const shown = boards.data.filter(({ by_store }) => !by_store);
  const board = shown.find(({ id }) => id === search.get("board")) ?? shown[0];
  return (
    <Page title={t("title")} back="/tasks">
      {!board && <p className="state">{t("none")}</p>}
      {shown.length > 1 && (
        <div className="chips" role="group" aria-label={t("which")}>
          {shown.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              className="chip"
              aria-pressed={id === board?.id}
              onClick={() => setSearch({ board: id }, { replace: true })}
            >
              {text(name)}
            </button>
          ))}
        </div>
      )}
      {board && (
        <Board
          key={board.id}
          board={board}
          period={search.get("period")}
          go={(period) => setSearch(period ? { board: board.id, period } : { board: board.id })}
        />
      )}
    </Page>
  );
}

interface BoardProps {
  board: Leaderboard;
  /** A day of the period that is shown; nothing for today. */
  period: string | null;
  go: (period: string | null) => void;
}

function Board({ board, period, go }: BoardProps) {
  const t = useTexts(texts);
  const text = useText();
  const day = useDay();
  const { data, error, refetch } = usePlaces(board.id, period);
  if (!data) return error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={6} />;
  return (
    <>
      <section className="balance" aria-label={t("own")}>
        <p className="quiet">
          {text(board.name)} · {t("span", { from: day(data.from), to: day(dayBefore(data.until)) })}
          {data.over && ` · ${t("over")}`}
        </p>
        {data.own ? (
          <p className="big">
            {t("place", { n: data.own.place })}
            <span className="unit">
              {" "}
              <Score n={data.own.score} />
            </span>
          </p>
        ) : (
          <p className="lead">{t("own.none")}</p>
        )}
        <p className="links">
          <button type="button" className="link" onClick={() => go(dayBefore(data.from))}>
            {t("earlier")}
          </button>
          {period && (
            <button type="button" className="link" onClick={() => go(null)}>
              {t("now")}
            </button>
          )}
        </p>
      </section>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data.data.length === 0 ? <p className="state">{t("empty")}</p> : <List places={data.data} />}
      <Prizes board={board} />
      <p className="quiet small">
        {t("tie")} {t("masked")}
      </p>
    </>
  );
}

function Score({ n }: { n: number }) {
  const { lang } = useSettings();
  return <>{formatPoints(n, lang)}</>;
}

function List({ places }: { places: Places["data"] }) {
  const t = useTexts(texts);
  const text = useText();
  return (
    <ol className="rows places" aria-label={t("places")}>
      {places.map((place) => (
        <li
          key={`${place.place} ${place.reached_at}`}
          className={place.own ? "row own" : "row"}
          aria-current={place.own ? "true" : undefined}
        >
          <span>
            <span className="place">{place.place}</span> {place.own ? t("you") : text(place.alias)}
          </span>
          <strong>
            <Score n={place.score} />
          </strong>
        </li>
      ))}
    </ol>
  );
}

function Prizes({ board }: { board: Leaderboard }) {
  const t = useTexts(texts);
  const awards = useAwards(useProgram().data);
  if (board.prizes.length === 0) return null;
  return (
    <section>
      <h2>{t("prizes")}</h2>
      <ul className="rows">
        {board.prizes.map(({ from, to, awards: given }) => (
          <li key={from} className="row">
            <span>{from === to ? t("prize.one", { from }) : t("prize.span", { from, to })}</span>
            <strong>{awards(given)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}
