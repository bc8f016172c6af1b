import { formatInstant, useSettings, useText, useTexts } from "@jifen/look";
import { useState } from "react";
import { Link } from "wouter";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { Page } from "../../shared/Page.tsx";
import { useProgram } from "../../shared/program.ts";
import { Sheet } from "../../shared/Sheet.tsx";
import "../../shared/shelf.css";
import { type Message, useInbox, useMarkRead } from "./data.ts";
import { texts } from "./texts.ts";

/** The inbox, newest first; a message opens over it and counts as read. */
export function Inbox() {
  const t = useTexts(texts);
  const program = useProgram();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInbox();
  const markRead = useMarkRead();
  const [open, setOpen] = useState<Message | null>(null);
  const failed = (data ? null : error) ?? (program.data ? null : program.error);
  if (!data || !program.data) {
    const again = () => void Promise.all([refetch(), program.refetch()]);
    return (
      <Page title={t("title")} back="/">
        {failed ? <Failed error={failed} retry={again} /> : <Loading lines={6} />}
      </Page>
    );
  }
  const all = data.pages.flatMap((page) => page.data);
  const show = (message: Message) => {
    setOpen(message);
    if (message.read_at === null) markRead.mutate(message.id);
  };
  return (
    <Page title={t("title")} back="/">
      <p className="row">
        <Link href="/inbox/settings">{t("settings")}</Link>
        {all.some((message) => message.read_at === null) && (
          <button type="button" className="link" disabled={markRead.isPending} onClick={() => markRead.mutate(null)}>
            {t("read.all")}
          </button>
        )}
      </p>
      {all.length === 0 && <p className="state">{t("none")}</p>}
      {(error ?? markRead.error) && <Failed error={error ?? markRead.error} retry={() => void refetch()} />}
      {all.length > 0 && (
        <ul className="items">
          {all.map((message) => (
            <Row key={message.id} message={message} zone={program.data.zone} show={show} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <button
          type="button"
          className="button plain"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          {isFetchingNextPage ? t("loading") : t("more")}
        </button>
      )}
      {open && <Opened message={open} zone={program.data.zone} onClose={() => setOpen(null)} />}
    </Page>
  );
}

function Row({ message, zone, show }: { message: Message; zone: string; show: (message: Message) => void }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  return (
    <li className="item">
      <button type="button" className="item-link" onClick={() => show(message)}>
        <span className="item-name">{text(message.title)}</span>
        {message.read_at === null && <span className="mark on">{t("unread")}</span>}
        <span className="item-facts quiet small">
          <span>{text(message.text)}</span>
          <time dateTime={message.at}>{formatInstant(message.at, lang, zone, "minute")}</time>
        </span>
      </button>
    </li>
  );
}

function Opened({ message, zone, onClose }: { message: Message; zone: string; onClose: () => void }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  return (
    <Sheet title={text(message.title)} onClose={onClose}>
      <p>{text(message.text)}</p>
      <p className="quiet small">{formatInstant(message.at, lang, zone, "minute")}</p>
      {message.link && message.link !== "/inbox" && (
        <Link href={message.link} className="button">
          {t("open")}
        </Link>
      )}
    </Sheet>
  );
}
