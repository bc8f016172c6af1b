import { data } from "@jifen/api";
import { useTexts } from "@jifen/look";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../shared/api.ts";
import { Copy } from "../../shared/Copy.tsx";
import { Failed } from "../../shared/Failed.tsx";
import { Loading } from "../../shared/Loading.tsx";
import { useMe } from "../../shared/me.ts";
import { Page } from "../../shared/Page.tsx";
import { Qr } from "../../shared/Qr.tsx";
import "../../shared/shelf.css";
import { clock, useNow } from "../../shared/useNow.ts";
import { texts } from "./texts.ts";

/** A card is renewed before it ends, so that one is never shown that is about to. */
const RENEW_MS = 45_000;

/** The member's card, to be shown at a counter or kiosk; a new one before the old one ends. */
export function CardPage() {
  const t = useTexts(texts);
  const { id } = useMe();
  const now = useNow();
  const card = useQuery({
    queryKey: ["card", id],
    queryFn: () => data(api.POST("/v1/members/{id}/cards", { params: { path: { id } } })),
    staleTime: 0,
    gcTime: 0,
    refetchInterval: RENEW_MS,
    refetchOnWindowFocus: "always",
  });
  const left = card.dataUpdatedAt + RENEW_MS - now;
  return (
    <Page title={t("title")} back="/">
      {card.data && !card.error && (
        <section className="voucher">
          <Qr text={card.data.card} label={t("qr")} />
          <p className="quiet">{t("renews", { clock: clock(left) })}</p>
          <Copy text={card.data.card} label={t("copy")} />
        </section>
      )}
      {card.error && <Failed error={card.error} retry={() => void card.refetch()} />}
      {card.isPending && <Loading lines={6} />}
      <p>{t("about")}</p>
      <p className="quiet small">{t("private")}</p>
    </Page>
  );
}
