import { data } from "@jifen/api";
import { type Settings, choose, useSettings, useTexts } from "@jifen/look";
import { type FormEvent, useState } from "react";
import { api } from "../../shared/api.ts";
import { deviceMark } from "../../shared/device.ts";
import { Failed } from "../../shared/Failed.tsx";
import { Page } from "../../shared/Page.tsx";
import { contactOf } from "./contact.ts";
import { texts } from "./texts.ts";

interface SignInProps {
  /** Who is signed in, if it is somebody who is no member. */
  stranger: string | null;
  onSignedIn: () => void;
}

/** The way in by a one-time code. */
export function SignIn({ stranger, onSignedIn }: SignInProps) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState("");
  const [code, setCode] = useState("");
  const [sent, setSent] = useState(false);
  const [wrong, setWrong] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const contact = contactOf(typed);

  const send = async (event: FormEvent) => {
    event.preventDefault();
    setError(null);
    setWrong(!contact);
    if (!contact) return;
    setBusy(true);
    try {
      if (sent) {
        await data(api.POST("/v1/member-sign-in", { body: { ...contact, code: code.trim(), device: deviceMark() } }));
        onSignedIn();
      } else {
        await data(api.POST("/v1/member-sign-in/codes", { body: contact }));
        setSent(true);
      }
    } catch (error) {
      setError(error);
    } finally {
      setBusy(false);
    }
  };

  return (
    <div className="outside">
      <Page title={t("title")}>
        {stranger && <p className="note">{t("stranger")}</p>}
        <form className="form" onSubmit={(event) => void send(event)} noValidate>
          <label>
            <span>{t("contact")}</span>
            <input
              autoComplete="username"
              inputMode="email"
              value={typed}
              readOnly={sent}
              aria-invalid={wrong}
              aria-describedby={wrong ? "contact-wrong" : undefined}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
          {wrong && (
            <p id="contact-wrong" className="stop-text" role="alert">
              {t("contact.wrong")}
            </p>
          )}
          {sent && (
            <>
              <p role="status">{t("sent", { contact: typed.trim() })}</p>
              <label>
                <span>{t("code")}</span>
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
            </>
          )}
          {error !== null && <Failed error={error} />}
          <button type="submit" className="button" disabled={busy || (sent && code.trim() === "")}>
            {busy ? t("busy") : sent ? t("sign.in") : t("send")}
          </button>
          {sent && (
            <button
              type="button"
              className="link"
              onClick={() => {
                setSent(false);
                setCode("");
                setError(null);
              }}
            >
              {t("again")}
            </button>
          )}
        </form>
        <p className="quiet">{t("app")}</p>
        <Language />
      </Page>
    </div>
  );
}

function Language() {
  const { lang } = useSettings();
  const other: Settings["lang"] = lang === "zh" ? "en" : "zh";
  return (
    <button type="button" className="link" lang={other} onClick={() => choose({ lang: other })}>
      {other === "zh" ? "中文" : "English"}
    </button>
  );
}
