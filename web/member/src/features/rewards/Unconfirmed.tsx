import { data } from "@jifen/api";
import { useTexts } from "@jifen/look";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api } from "../../shared/api.ts";
import { Failed } from "../../shared/Failed.tsx";
import { useMe } from "../../shared/me.ts";
import { texts } from "./texts.ts";

/** A large redemption on a device that is new: a code that only the member gets, and it goes on. */
export function Unconfirmed({ onConfirmed }: { onConfirmed: () => void }) {
  const t = useTexts(texts);
  const { id } = useMe();
  const member = useQuery({
    queryKey: ["member", id],
    queryFn: () => data(api.GET("/v1/members/{id}", { params: { path: { id } } })),
  });
  const [sent, setSent] = useState(false);
  const [code, setCode] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const { phone, email } = member.data ?? {};
  const to = phone ?? email;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      if (sent) {
        await data(api.POST("/v1/session/confirm", { body: { code: code.trim() } }));
        onConfirmed();
      } else {
        const body = phone ? { phone } : { email: email ?? "" };
        await data(api.POST("/v1/member-sign-in/codes", { body }));
        setSent(true);
      }
    } catch (error) {
      setError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="form" onSubmit={(event) => void send(event)}>
      <p role="alert">{t("device")}</p>
      {sent && (
        <label>
          <span>{t("device.code")}</span>
          <input
            autoComplete="one-time-code"
            inputMode="numeric"
            maxLength={12}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            // The code was asked for a moment ago: it is what comes next.
            autoFocus
          />
        </label>
      )}
      {error !== null && <Failed error={error} />}
      {member.data && to == null && <p>{t("device.none")}</p>}
      {to != null && (
        <button type="submit" className="button" disabled={busy || (sent && code.trim() === "")}>
          {sent ? t("device.confirm") : t("device.send", { to })}
        </button>
      )}
    </form>
  );
}
