import { formatPoints, useSettings, useText, useTexts } from "@jifen/look";
import { useState } from "react";
import { Item } from "../features/rewards/Item.tsx";
import { RewardView } from "../features/rewards/RewardPage.tsx";
import { useShelf } from "../features/rewards/data.ts";
import { useRedemption } from "../features/redemptions/data.ts";
import { PayNow } from "../features/redemptions/PayNow.tsx";
import { VoucherView } from "../features/redemptions/VoucherView.tsx";
import { Failed } from "../shared/Failed.tsx";
import { Loading } from "../shared/Loading.tsx";
import { type Program, firstUnit, useProgram } from "../shared/program.ts";
import { useReward } from "../shared/rewards.ts";
import { Sheet } from "../shared/Sheet.tsx";
import "../shared/shelf.css";
import { texts } from "./texts.ts";
import { useIdle } from "./useIdle.ts";

/** Seconds without a touch after which a visit ends, and how many of them are counted down aloud. */
const IDLE_SECONDS = 60;
const WARNED_SECONDS = 15;

type Place = { at: "shelf" } | { at: "reward"; id: string } | { at: "done"; id: string };

/** What a member does at the kiosk: choose, confirm, take the code. */
export function Visit({ onEnd }: { onEnd: () => void }) {
  const t = useTexts(texts);
  const program = useProgram();
  const [place, setPlace] = useState<Place>({ at: "shelf" });
  const left = useIdle(IDLE_SECONDS, onEnd);
  return (
    <main className="kiosk" id="content">
      <header className="kiosk-head">
        {place.at === "reward" && (
          <button type="button" className="button plain" onClick={() => setPlace({ at: "shelf" })}>
            {t("back")}
          </button>
        )}
        <button type="button" className="button plain" onClick={onEnd}>
          {t("finish")}
        </button>
      </header>
      {program.data && place.at === "shelf" && (
        <Choose program={program.data} onChoose={(id) => setPlace({ at: "reward", id })} />
      )}
      {program.data && place.at === "reward" && (
        <One id={place.id} program={program.data} onDone={(id) => setPlace({ at: "done", id })} />
      )}
      {program.data && place.at === "done" && <Done id={place.id} program={program.data} />}
      {!program.data && (program.error ? <Failed error={program.error} /> : <Loading />)}
      <p className="quiet">{t("finish.about")}</p>
      {left <= WARNED_SECONDS && (
        <Sheet title={t("idle")} onClose={() => undefined}>
          <p role="alert">{t("idle.about", { n: left })}</p>
          <form method="dialog">
            <button type="submit" className="button">
              {t("idle.stay")}
            </button>
          </form>
        </Sheet>
      )}
    </main>
  );
}

function Choose({ program, onChoose }: { program: Program; onChoose: (id: string) => void }) {
  const t = useTexts(texts);
  const text = useText();
  const { lang } = useSettings();
  const shelf = useShelf({ affordable: true, sort: "points" });
  const unit = firstUnit(program);
  if (!shelf.data) {
    return shelf.error ? <Failed error={shelf.error} retry={() => void shelf.refetch()} /> : <Loading lines={6} />;
  }
  const items = shelf.data.pages.flatMap((page) => page.data).filter((item) => item.available);
  const available = shelf.data.pages[0]?.available ?? 0;
  const points = `${formatPoints(available, lang)} ${unit ? text(unit.name) : ""}`;
  return (
    <>
      <h1>{t("hello", { points })}</h1>
      <p className="lead">{items.length > 0 ? t("choose") : t("none")}</p>
      <ul className="items wide">
        {items.map((item) => (
          <Item key={item.id} item={item} program={program} available={available} onOpen={() => onChoose(item.id)} />
        ))}
      </ul>
    </>
  );
}

function One({ id, program, onDone }: { id: string; program: Program; onDone: (redemption: string) => void }) {
  const text = useText();
  const { data, error, refetch } = useReward(id);
  if (!data) return error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={6} />;
  return (
    <>
      <h1>{text(data.name)}</h1>
      <RewardView reward={data} program={program} onDone={onDone} />
    </>
  );
}

function Done({ id, program }: { id: string; program: Program }) {
  const t = useTexts(texts);
  const text = useText();
  const { data, error, refetch } = useRedemption(id);
  if (!data) return error ? <Failed error={error} retry={() => void refetch()} /> : <Loading lines={6} />;
  return (
    <>
      <h1>{text(data.name)}</h1>
      <p>{data.state === "awaiting_payment" ? t("pay") : t("voucher")}</p>
      {data.state === "awaiting_payment" && <PayNow id={data.id} money={data.cash} onScreen />}
      {data.vouchers.map((voucher) => (
        <VoucherView key={voucher.code} voucher={voucher} zone={program.zone} />
      ))}
    </>
  );
}
