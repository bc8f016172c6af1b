import { formatInstant, useSettings, useText, useTexts } from "@jifen/look";
import { Link, useSearchParams } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { useProgram } from "../../shared/program.ts";
import "../../shared/shelf.css";
import { AddText } from "./AddText.tsx";
import { type About, threadOf, type Ticket, useTickets } from "./data.ts";
import { NewTicket } from "./NewTicket.tsx";
import { texts } from "./texts.ts";
import { useAboutWords } from "./words.ts";

const KINDS_OF = ["entry", "freeze", "order", "redemption"];

/** Where members turn to people: a form, and what became of what they sent before. */
export function Help() {
  const t = useTexts(texts);
  const [search] = useSearchParams();
  const program = useProgram();
  const { data, error, refetch } = useTickets();
  const failed = (data ? null : error) ?? (program.data ? null : program.error);
  if (!data || !program.data) {
    const again = () => void Promise.all([refetch(), program.refetch()]);
    return (
      <Page title={t("title")} back="/settings">
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={6} />}
      </Page>
    );
  }
  const waiting = data.data.filter(({ state }) => state !== "closed").length;
  return (
    <Page title={t("title")} back="/settings">
      <p className="quiet">
        {t("hint")} <Link href="/surveys">{t("surveys")}</Link>
      </p>
      {waiting >= data.most_open ? (
        <p className="note">{t("full", { n: waiting })}</p>
      ) : (
        <NewTicket kinds={data.kinds} most={data.text_chars} given={aboutOf(search)} program={program.data} />
      )}
      {data.data.length > 0 && (
        <section>
          <h2>{t("mine")}</h2>
          <ul className="items">
            {data.data.map((ticket) => (
              <One key={ticket.id} ticket={ticket} zone={program.data.zone} most={data.text_chars} />
            ))}
          </ul>
        </section>
      )}
    </Page>
  );
}

/** What the address says it is about: pages lead here from an amount, a redemption, a freeze. */
function aboutOf(search: URLSearchParams): About | null {
  const of = search.get("about") ?? "";
  const id = search.get("id");
  if (!KINDS_OF.includes(of) || (id === null) !== (of === "freeze")) return null;
  return id === null ? { of } : { of, id };
}

function One({ ticket, zone, most }: { ticket: Ticket; zone: string; most: number }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const aboutWords = useAboutWords();
  const at = (instant: string) => formatInstant(instant, lang, zone, "minute");
  const facts = [at(ticket.opened_at), ticket.about && aboutWords(ticket.about)].filter(Boolean);
  const result = ticket.result ? t(`result.${ticket.result}` as "result.settled") : null;
  return (
    <li className="item task">
      <div className="task-head">
        <strong>{text(ticket.name)}</strong>
        <span className={ticket.state === "waiting" ? "mark" : "mark on"}>
          {t(`state.${ticket.state}` as "state.waiting")}
          {result && ` · ${result}`}
        </span>
      </div>
      <p className="quiet small">{facts.join(" · ")}</p>
      <p className="said">{ticket.text ?? t("gone")}</p>
      {threadOf(ticket).map((said, place) => (
        <div key={place} className={said.mine ? undefined : "note"}>
          <span className="quiet small">{t(said.mine ? "added" : "answer", { at: at(said.at) })}</span>
          <p className="said">{said.text ?? t("gone")}</p>
        </div>
      ))}
      {ticket.state !== "closed" && (
        <p className={ticket.overdue ? "stop-text small" : "quiet small"}>
          {ticket.overdue ? t("overdue") : t("by", { at: at(ticket.resolve_by) })}
        </p>
      )}
      {ticket.state !== "closed" && <AddText ticket={ticket.id} most={most} />}
    </li>
  );
}
