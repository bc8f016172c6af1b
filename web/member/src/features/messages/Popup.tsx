import { data } from "@jifen/api";
import { useText, useTexts } from "@jifen/look";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";
import { useMarkRead } from "./data.ts";
import { texts } from "./texts.ts";

/** How many unread messages are looked through for one that pops up. */
const LOOKED_AT = 20;

/**
 * The newest unread message that asks to be seen, at the top of whatever page is open: nobody is kept from what they came
 * for. Closing it counts as reading it.
 */
export function Popup({ unread }: { unread: string }) {
  const t = useTexts(texts);
  const text = useText();
  const { id } = useMe();
  const markRead = useMarkRead();
  const [seen, setSeen] = useState<string[]>([]);
  const page = useQuery({
    // Another number of unread messages is another look.
    queryKey: ["messages", id, "unread", unread],
    queryFn: () =>
      data(
        api.GET("/v1/members/{id}/messages", { params: { path: { id }, query: { unread: true, limit: LOOKED_AT } } }),
      ),
  }).data;
  const message = page?.data.find((message) => message.show === "popup" && !seen.includes(message.id));
  if (!message) return null;
  const close = () => {
    setSeen((before) => [...before, message.id]);
    markRead.mutate(message.id);
  };
  return (
    <aside key={message.id} className="told" role="status">
      <strong>{text(message.title)}</strong>
      <p>{text(message.text)}</p>
      <p>
        {message.link && (
          <Link href={message.link} className="button" onClick={close}>
            {t("open")}
          </Link>
        )}{" "}
        <button type="button" className="link" onClick={close}>
          {t("close")}
        </button>
      </p>
    </aside>
  );
}
