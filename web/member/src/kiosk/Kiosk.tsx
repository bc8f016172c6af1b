import { ApiProblem, createApi, data } from "@jifen/api";
import { settings, useTexts } from "@jifen/look";
import { type FormEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { queries } from "../shared/api.ts";
import { Failed } from "../shared/Failed.tsx";
import { type Me, MeContext } from "../shared/me.ts";
import { actAs } from "../shared/session.ts";
import { deviceToken, keepDeviceToken } from "./device.ts";
import "./kiosk.css";
import { texts } from "./texts.ts";
import { Visit } from "./Visit.tsx";

/** A screen in a shop: a member shows a card, redeems, and takes the code along. Nothing of them stays. */
export function Kiosk() {
  const [device, setDevice] = useState(deviceToken);
  const [member, setMember] = useState<string | null>(null);
  const end = useCallback(() => {
    actAs(null);
    queries.clear();
    setMember(null);
  }, []);
  if (device === null) {
    return (
      <SetUp
        onDone={(token) => {
          keepDeviceToken(token);
          setDevice(token);
        }}
      />
    );
  }
  if (member === null) {
    return (
      <Welcome
        device={device}
        onMember={setMember}
        onRefused={() => {
          keepDeviceToken(null);
          setDevice(null);
        }}
      />
    );
  }
  const me: Me = { id: member, name: "", until: null, offline: false, signOut: () => Promise.resolve(end()) };
  return (
    <MeContext value={me}>
      <Visit onEnd={end} />
    </MeContext>
  );
}

/** The frame of every screen. */
function Screen({ title, children }: { title: string; children: ReactNode }) {
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main className="kiosk" id="content">
      <h1>{title}</h1>
      {children}
    </main>
  );
}

function SetUp({ onDone }: { onDone: (token: string) => void }) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState("");
  const send = (event: FormEvent) => {
    event.preventDefault();
    if (typed.trim() !== "") onDone(typed.trim());
  };
  return (
    <Screen title={t("set.title")}>
      <p>{t("set.about")}</p>
      <form className="form" onSubmit={send}>
        <label>
          <span>{t("set.token")}</span>
          <input type="password" autoComplete="off" value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <button type="submit" className="button" disabled={typed.trim() === ""}>
          {t("set.done")}
        </button>
      </form>
    </Screen>
  );
}

interface WelcomeProps {
  device: string;
  onMember: (member: string) => void;
  /** The kiosk itself is not let in any more. */
  onRefused: () => void;
}

/** Waits for a card: scanners, NFC readers and face terminals type what they read and press Enter. */
function Welcome({ device, onMember, onRefused }: WelcomeProps) {
  const t = useTexts(texts);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // What a reader types must land in the field, wherever somebody touched the screen before.
    const focus = () => field.current?.focus();
    focus();
    document.addEventListener("pointerup", focus);
    return () => document.removeEventListener("pointerup", focus);
  }, []);
  const take = async (event: FormEvent) => {
    event.preventDefault();
    const card = typed.trim();
    if (card === "" || busy) return;
    setBusy(true);
    setError(null);
    try {
      const api = createApi({ lang: () => settings().lang, token: () => device });
      const taken = await data(api.POST("/v1/cards/take", { body: { card } }));
      actAs(taken.token);
      onMember(taken.member);
    } catch (error) {
      setError(error);
    } finally {
      setTyped("");
      setBusy(false);
    }
  };
  const code = error instanceof ApiProblem ? error.code : null;
  const isOurs = code === "unauthorized" || code === "forbidden";
  return (
    <Screen title={t("title")}>
      <p className="lead">{t("show")}</p>
      <p>{t("show.how")}</p>
      <form className="form" onSubmit={(event) => void take(event)}>
        <label>
          <span>{t("show.field")}</span>
          <input
            ref={field}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={400}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        </label>
        <button type="submit" className="button" disabled={busy || typed.trim() === ""}>
          {busy ? t("reading") : t("show.go")}
        </button>
      </form>
      {code === "code-wrong" && (
        <p className="note stop" role="alert">
          {t("card.wrong")}
        </p>
      )}
      {isOurs && (
        <p className="note stop" role="alert">
          {t("token.wrong")}{" "}
          <button type="button" className="link" onClick={onRefused}>
            {t("set.title")}
          </button>
        </p>
      )}
      {error !== null && code !== "code-wrong" && !isOurs && <Failed error={error} />}
    </Screen>
  );
}
