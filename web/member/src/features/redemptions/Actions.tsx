import { idempotencyKey } from "@jifen/api";
import { useTexts } from "@jifen/look";
import { useState } from "react";
import { Failed } from "../../shared/Failed.tsx";
import { usePrice } from "../../shared/money.ts";
import { Sheet } from "../../shared/Sheet.tsx";
import { type Redemption, useAct } from "./data.ts";
import { texts } from "./texts.ts";

type Asked = "cancel" | "return";

/** What the member can do about a redemption now; the server says what that is. */
export function Actions({ redemption, unit }: { redemption: Redemption; unit: string }) {
  const t = useTexts(texts);
  const [asked, setAsked] = useState<Asked | null>(null);
  const confirm = useAct(redemption.id);
  // Made with the page: however often the button is pressed, it is one confirmation.
  const [key] = useState(idempotencyKey);
  return (
    <div className="actions">
      {redemption.state === "to_confirm" && (
        <button
          type="button"
          className="button"
          disabled={confirm.isPending}
          onClick={() => confirm.mutate({ act: { what: "confirm" }, key })}
        >
          {confirm.isPending ? t("busy") : t("confirm")}
        </button>
      )}
      {confirm.error && <Failed error={confirm.error} />}
      {redemption.can_cancel && (
        <button type="button" className="button plain" onClick={() => setAsked("cancel")}>
          {t("cancel")}
        </button>
      )}
      {!redemption.can_cancel && (redemption.can_return || redemption.can_return_defective) && (
        <button type="button" className="button plain" onClick={() => setAsked("return")}>
          {redemption.can_return ? t("return") : t("return.defective")}
        </button>
      )}
      {asked && <Ask redemption={redemption} unit={unit} what={asked} onClose={() => setAsked(null)} />}
    </div>
  );
}

interface AskProps {
  redemption: Redemption;
  unit: string;
  what: Asked;
  onClose: () => void;
}

/** Says what comes back before it is done. */
function Ask({ redemption, unit, what, onClose }: AskProps) {
  const t = useTexts(texts);
  const price = usePrice();
  const act = useAct(redemption.id);
  // What can only come back because it is broken is not asked about.
  const [defect, setDefect] = useState(!redemption.can_return);
  const [exchange, setExchange] = useState(false);
  const [pickUp, setPickUp] = useState(false);
  const [key] = useState(idempotencyKey);
  const mayExchange = what === "return" && defect && redemption.can_exchange;
  const isSent = redemption.delivery === "ship" || redemption.delivery === "express";
  const sum = price(redemption.points - redemption.points_back, unit, redemption.cash);
  const go = () =>
    act.mutate(
      { act: what === "cancel" ? { what } : { what, defect, exchange: mayExchange && exchange, pickUp }, key },
      { onSuccess: () => onClose() },
    );
  return (
    <Sheet title={t(what)} onClose={onClose}>
      <p>{mayExchange && exchange ? t("exchange.ask") : t(`${what}.ask`, { price: sum })}</p>
      {what === "return" && redemption.can_return && (
        <label className="check">
          <input type="checkbox" checked={defect} onChange={(event) => setDefect(event.target.checked)} />
          <span>{t("return.defect")}</span>
        </label>
      )}
      {mayExchange && (
        <fieldset className="choice">
          <legend>{t("exchange")}</legend>
          <label>
            <input type="radio" name="exchange" checked={!exchange} onChange={() => setExchange(false)} />
            <span>{t("exchange.points")}</span>
          </label>
          <label>
            <input type="radio" name="exchange" checked={exchange} onChange={() => setExchange(true)} />
            <span>{t("exchange.another")}</span>
          </label>
        </fieldset>
      )}
      {what === "return" && isSent && (
        <label className="check">
          <input type="checkbox" checked={pickUp} onChange={(event) => setPickUp(event.target.checked)} />
          <span>{t("pick_up")}</span>
        </label>
      )}
      {act.error && <Failed error={act.error} />}
      <button type="button" className="button stop" disabled={act.isPending} onClick={go}>
        {act.isPending ? t("busy") : mayExchange && exchange ? t("exchange.yes") : t(`${what}.yes`)}
      </button>
      <button type="button" className="button plain" onClick={onClose}>
        {t("not")}
      </button>
    </Sheet>
  );
}
