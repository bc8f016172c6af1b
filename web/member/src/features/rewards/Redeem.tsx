import { ApiProblem, Unreachable, data } from "@jifen/api";
import { formatMoney, formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { useEffect, useRef, useState } from "react";
import { api, queries } from "../../shared/api.ts";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { useMe } from "../../shared/me.ts";
import { usePrice } from "../../shared/money.ts";
import { Sheet } from "../../shared/Sheet.tsx";
import { clock, useNow } from "../../shared/useNow.ts";
import { paidBy } from "./attempt.ts";
import type { MemberReward } from "./data.ts";
import { type Delivery, type Wish, isComplete, leastCash, mostPieces, stepOf, useQuote } from "./quote.ts";
import { texts } from "./texts.ts";
import { Unconfirmed } from "./Unconfirmed.tsx";
import { Pieces, Wishes } from "./Wishes.tsx";

interface RedeemProps {
  reward: MemberReward;
  unit: string;
  zone: string;
  onClose: () => void;
  /** With the redemption that was made. */
  onDone: (redemption: string) => void;
}

/** Where an attempt stands. */
type Phase = "choosing" | "paying" | "unknown" | "not";

/** The second step of three: the server's price, how much of it in money, and yes. */
export function Redeem({ reward, unit, zone, onClose, onDone }: RedeemProps) {
  const t = useTexts(texts);
  const text = useText();
  const { plain } = useSettings();
  const price = usePrice();
  const [wish, setWish] = useState<Wish>(() => ({
    pieces: 1,
    cash: leastCash(reward),
    delivery: reward.terms.deliveries[0] as Delivery,
    options: theOnlyOptions(reward),
    day: null,
  }));
  const change = (to: Partial<Wish>) => setWish({ ...wish, ...to });
  const quote = useQuote(reward, wish);
  const attempt = useAttempt(quote.data?.id, onDone);
  const now = useNow();
  // The clock is looked at once a second, the price may have come since.
  const left = quote.until === null ? null : Math.min(quote.until - now, reward.terms.quote_minutes * 60_000);
  const lapsed = left !== null && left <= 0;
  if (attempt.phase === "unknown") {
    return (
      <Sheet title={t("unknown")} onClose={onClose}>
        <p role="status">{t("unknown.about")}</p>
        <button type="button" className="button" onClick={attempt.look}>
          {t("unknown.look")}
        </button>
      </Sheet>
    );
  }
  const shown = quote.data && quote.isComplete && !quote.isStale && !lapsed ? quote.data : null;
  // With more pieces the points may not suffice any more; then money that stands for them is part of the price.
  const least = wish.pieces === 1 ? leastCash(reward) : (quote.data?.cash_for_missing?.amount ?? 0);
  const complete = isComplete(reward, wish);
  const isNewDevice = attempt.error instanceof ApiProblem && attempt.error.code === "device-unconfirmed";
  const sum = shown ? price(shown.points, unit, shown.cash) : "";
  return (
    <Sheet title={t("confirm")} onClose={onClose}>
      {shown && plain && <p className="lead">{t("confirm.plain", { price: sum, name: text(reward.name) })}</p>}
      {shown && !plain && (
        <p className="lead">
          {text(reward.name)} · {sum}
        </p>
      )}
      <Wishes reward={reward} wish={wish} zone={zone} now={now} onChange={change} />
      {!plain && (
        <Pieces
          most={mostPieces(reward)}
          pieces={wish.pieces}
          onChange={(pieces) => change({ pieces, cash: pieces === 1 ? leastCash(reward) : 0 })}
        />
      )}
      {!complete && <p role="status">{t("choose")}</p>}
      {complete && !shown && !quote.error && !lapsed && (
        <>
          <p role="status">{t("asking")}</p>
          <Loading lines={2} />
        </>
      )}
      {!plain && reward.terms.most_cash.amount > 0 && (
        <Slider
          reward={reward}
          pieces={wish.pieces}
          least={least}
          cash={wish.cash}
          onChange={(cash) => change({ cash })}
        />
      )}
      {!plain && reward.terms.deliveries.length > 1 && (
        <Deliveries
          all={reward.terms.deliveries as Delivery[]}
          chosen={wish.delivery}
          onChoose={(delivery) => change({ delivery })}
        />
      )}
      {shown && shown.missing > 0 && <Missing quote={shown} unit={unit} onPay={(cash) => change({ cash })} />}
      {lapsed && <p role="alert">{t("lapsed")}</p>}
      {quote.error && !lapsed && <Failed error={quote.error} />}
      {attempt.phase === "not" && <p role="alert">{t("unknown.not")}</p>}
      {isNewDevice && shown && <Unconfirmed onConfirmed={() => attempt.pay(shown.id)} />}
      {attempt.error != null && !isNewDevice && <Failed error={attempt.error} />}
      {shown && left !== null && <After quote={shown} unit={unit} left={left} />}
      {isNewDevice && shown ? null : lapsed || quote.error || attempt.error ? (
        <button type="button" className="button" onClick={quote.again}>
          {t("again")}
        </button>
      ) : (
        <button
          type="button"
          className="button"
          disabled={!shown || shown.missing > 0 || attempt.phase === "paying"}
          onClick={() => shown && attempt.pay(shown.id)}
        >
          {attempt.phase === "paying" ? t("paying") : t("confirm.button", { price: sum })}
        </button>
      )}
      {plain && (
        <button type="button" className="button plain" onClick={onClose}>
          {t("confirm.not")}
        </button>
      )}
    </Sheet>
  );
}

/** What has one option only needs no choosing. */
function theOnlyOptions({ choices }: MemberReward): Record<string, string> {
  const only = choices.flatMap(({ id, options }) => (options.length === 1 && options[0] ? [[id, options[0].id]] : []));
  return Object.fromEntries(only) as Record<string, string>;
}

interface MissingProps {
  quote: NonNullable<ReturnType<typeof useQuote>["data"]>;
  unit: string;
  onPay: (cash: number) => void;
}

/** The points do not suffice for so many: how many are missing, and how much money would do. */
function Missing({ quote, unit, onPay }: MissingProps) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const cash = quote.cash_for_missing;
  return (
    <div className="note" role="status">
      <p>{t("short", { points: `${formatPoints(quote.missing, lang)} ${unit}` })}</p>
      {cash && (
        <button type="button" className="button plain" onClick={() => onPay(cash.amount)}>
          {t("short.pay", { money: formatMoney(cash, lang) })}
        </button>
      )}
    </div>
  );
}

function After({
  quote,
  unit,
  left,
}: {
  quote: NonNullable<ReturnType<typeof useQuote>["data"]>;
  unit: string;
  left: number;
}) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const rest = quote.available - quote.points;
  return (
    <div className="quiet small">
      {rest >= 0 && <p>{t("confirm.after", { points: `${formatPoints(rest, lang)} ${unit}` })}</p>}
      {quote.cash.amount > 0 && <p>{t("confirm.cash.after", { money: formatMoney(quote.cash, lang) })}</p>}
      <p>{t("holds", { clock: clock(left) })}</p>
    </div>
  );
}

interface Attempt {
  phase: Phase;
  /** The quote that was paid, or was to be. */
  quote?: string;
  error: unknown;
}

const FRESH: Attempt = { phase: "choosing", error: null };

/** One attempt to pay a quote: pressing twice pays once, and a lost answer is looked up rather than guessed. */
function useAttempt(quote: string | undefined, onDone: (redemption: string) => void) {
  const { id: member } = useMe();
  const [attempt, setAttempt] = useState<Attempt>(FRESH);
  const busy = useRef(false);

  const done = (redemption: string) => {
    for (const key of ["wallet", "entries", "shelf", "reward", "redemptions"]) {
      void queries.invalidateQueries({ queryKey: [key] });
    }
    onDone(redemption);
  };

  const pay = (quote: string) => {
    // A second tap comes before the button is drawn as disabled.
    if (busy.current) return;
    busy.current = true;
    setAttempt({ phase: "paying", quote, error: null });
    data(api.POST("/v1/redemptions", { body: { quote } }))
      .then((made) => done(made.id))
      .catch((error: unknown) =>
        setAttempt(
          error instanceof Unreachable ? { phase: "unknown", quote, error: null } : { phase: "choosing", quote, error },
        ),
      )
      .finally(() => (busy.current = false));
  };

  const look = () => {
    const { quote } = attempt;
    if (quote === undefined || busy.current) return;
    busy.current = true;
    paidBy(member, quote)
      .then((redemption) => {
        if (redemption !== null) done(redemption);
        else setAttempt({ phase: "not", quote, error: null });
      })
      .catch((error: unknown) => {
        // Still no network: it is looked again.
        if (!(error instanceof Unreachable)) setAttempt({ phase: "choosing", quote, error });
      })
      .finally(() => (busy.current = false));
  };

  useLooking(attempt.phase === "unknown", look);
  // What was refused was refused for that quote: another one may go through.
  const isOver = (attempt.phase === "choosing" || attempt.phase === "not") && attempt.quote !== quote;
  return { ...(isOver ? FRESH : attempt), pay, look };
}

const LOOK_EVERY_MS = 3_000;

/** Looks again and again while the outcome is not known, and at once when the network is back. */
function useLooking(unknown: boolean, look: () => void) {
  const latest = useRef(look);
  useEffect(() => {
    latest.current = look;
  });
  useEffect(() => {
    if (!unknown) return;
    const again = () => latest.current();
    const looking = setInterval(again, LOOK_EVERY_MS);
    window.addEventListener("online", again);
    return () => {
      clearInterval(looking);
      window.removeEventListener("online", again);
    };
  }, [unknown]);
}

interface SliderProps {
  reward: MemberReward;
  pieces: number;
  least: number;
  cash: number;
  onChange: (cash: number) => void;
}

function Slider({ reward, pieces, least, cash, onChange }: SliderProps) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const { amount, currency } = reward.terms.most_cash;
  const most = amount * pieces;
  const said = cash === 0 ? t("slider.none") : formatMoney({ amount: cash, currency }, lang);
  return (
    <label className="slider">
      <span>
        {t("slider")} <output>{said}</output>
      </span>
      <input
        type="range"
        min={least}
        max={most}
        step={stepOf(most - least)}
        value={cash}
        aria-valuetext={said}
        onChange={(event) => onChange(Number(event.target.value))}
      />
    </label>
  );
}

interface DeliveriesProps {
  all: Delivery[];
  chosen: Delivery;
  onChoose: (delivery: Delivery) => void;
}

function Deliveries({ all, chosen, onChoose }: DeliveriesProps) {
  const t = useTexts(texts);
  return (
    <fieldset className="choice">
      <legend>{t("delivery")}</legend>
      {all
        .filter((one) => one !== "electronic")
        .map((one) => (
          <label key={one}>
            <input type="radio" name="delivery" checked={chosen === one} onChange={() => onChoose(one)} />
            <span>{t(`delivery.${one}`)}</span>
          </label>
        ))}
    </fieldset>
  );
}
