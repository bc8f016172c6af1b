import { daysUntil, formatInstant, useSettings, useTexts } from "@jifen/look";
import { lazy, Suspense } from "react";
import { Copy } from "../../shared/Copy.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { clock, useNow } from "../../shared/useNow.ts";
import type { Voucher } from "./data.ts";
import { texts } from "./texts.ts";

const Qr = lazy(() => import("../../shared/Qr.tsx").then((m) => ({ default: m.Qr })));

const HOUR_MS = 3_600_000;

/** A voucher as it is shown at a till: large, as a picture and as letters, with how long it is valid. */
export function VoucherView({ voucher, zone }: { voucher: Voucher; zone: string }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const open = voucher.state === "open";
  const state = (["used", "lapsed", "void"] as const).find((one) => one === voucher.state);
  return (
    <section className={open ? "voucher" : "voucher over"} aria-label={t("voucher")}>
      {open && (
        <Suspense fallback={<Loading lines={4} />}>
          <Qr text={voucher.code} label={t("voucher.qr", { code: voucher.code })} />
        </Suspense>
      )}
      <p className="code">{voucher.code}</p>
      {state && <p>{t(`voucher.${state}`)}</p>}
      {open && (
        <>
          <p className="validity">
            {t("voucher.until", { at: formatInstant(voucher.expires_at, lang, zone, "minute") })}
            <Left at={voucher.expires_at} zone={zone} />
          </p>
          <Copy text={voucher.code} label={t("voucher.copy")} />
        </>
      )}
    </section>
  );
}

/** What is left of its validity: days, and in the last hour the clock. */
function Left({ at, zone }: { at: string; zone: string }) {
  const t = useTexts(texts);
  const now = useNow();
  const left = Date.parse(at) - now;
  const days = daysUntil(at, new Date(now), zone);
  const soon = days <= 3 ? "days soon" : "days";
  if (left < HOUR_MS) return <span className="days soon">{t("voucher.clock", { clock: clock(left) })}</span>;
  return <span className={soon}>{days <= 0 ? t("voucher.today") : t("voucher.days", { n: days })}</span>;
}
