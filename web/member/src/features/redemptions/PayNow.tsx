import { ApiProblem, type components, data } from "@jifen/api";
import { formatMoney, useSettings, useTexts } from "@jifen/look";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { useLocation, useSearch } from "wouter";
import { api } from "../../shared/api.ts";
import { Loading } from "../../shared/Loading.tsx";
import { texts } from "./texts.ts";

type Payment = components["schemas"]["Payment"];

const Qr = lazy(() => import("../../shared/Qr.tsx").then((m) => ({ default: m.Qr })));

/** How often the payment is looked at while it is being prepared or made. */
const LOOK_MS = 2_000;

/** The payment of a redemption; nothing where this server takes none itself. */
function usePayment(id: string) {
  return useQuery({
    queryKey: ["payment", id],
    queryFn: async (): Promise<Payment | null> => {
      try {
        return await data(api.GET("/v1/redemptions/{id}/payment", { params: { path: { id } } }));
      } catch (error) {
        // No provider is set up here: the money is taken elsewhere, and the redemption says when it came.
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: LOOK_MS,
  });
}

/** Where to pay, where that is an address that a browser may be sent to. */
export function payAt(payment: Pick<Payment, "state" | "pay_url"> | null | undefined): string | null {
  if (payment?.state !== "open" || payment.pay_url == null || !URL.canParse(payment.pay_url)) return null;
  return ["https:", "http:"].includes(new URL(payment.pay_url).protocol) ? payment.pay_url : null;
}

/**
 * The way to the payment page: taken by itself right after redeeming, by a button later. Where `onScreen`, as a picture
 * for the member's own phone.
 */
export function PayNow({ id, money, onScreen = false }: { id: string; money: Payment["amount"]; onScreen?: boolean }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const isNew = useSearch() === "new";
  const [here, go] = useLocation();
  const payment = usePayment(id).data;
  const address = payAt(payment);
  useEffect(() => {
    if (address === null || !isNew || onScreen) return;
    // Who comes back from there comes back to the redemption, not to the way there.
    go(here, { replace: true });
    location.assign(address);
  }, [address, isNew, onScreen, go, here]);
  if (payment === null) return null;
  if (payment?.state === "failed") return <p role="alert">{t("pay.failed")}</p>;
  if (payment?.state === "paid") return <p role="status">{t("pay.paid")}</p>;
  if (address === null) return <p role="status">{t("pay.preparing")}</p>;
  if (onScreen) {
    return (
      <Suspense fallback={<Loading />}>
        <Qr text={address} label={t("pay.qr")} />
        <p>{t("pay.scan", { money: formatMoney(money, lang) })}</p>
      </Suspense>
    );
  }
  return (
    <a className="button" href={address}>
      {t("pay", { money: formatMoney(money, lang) })}
    </a>
  );
}
