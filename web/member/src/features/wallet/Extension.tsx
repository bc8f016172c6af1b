import { data, idempotencyKey } from "@jifen/api";
import { formatInstant, formatPoints, useSettings, useTexts } from "@jifen/look";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, queries } from "../../shared/api.ts";
import { Failed } from "../../shared/Failed.tsx";
import { lastMoment } from "../../shared/lapses.ts";
import { useMe } from "../../shared/me.ts";
import { Sheet } from "../../shared/Sheet.tsx";
import { useTap } from "../../shared/useTap.ts";
import { texts } from "./texts.ts";

/** What becomes of the points of a unit unless something is done, and what can be done. */
export function useOutlook(unit: string | undefined) {
  const { id } = useMe();
  return useQuery({
    queryKey: ["outlook", id, unit],
    enabled: unit !== undefined,
    queryFn: () => {
      const query = unit === undefined ? {} : { unit };
      return data(api.GET("/v1/members/{id}/expiring", { params: { path: { id }, query } }));
    },
  });
}

/** Points that lapse together, and whether they can have a later date. */
export type Lapse = NonNullable<ReturnType<typeof useOutlook>["data"]>["data"][number];

interface ExtensionProps {
  lapse: Lapse;
  unit: { id: string; name: string };
  zone: string;
}

/** A later date for points that are about to lapse, where the program gives one; what it costs is said first. */
export function Extension({ lapse, unit, zone }: ExtensionProps) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const { id } = useMe();
  const [asked, setAsked] = useState(false);
  const [key] = useState(idempotencyKey);
  const extend = useMutation({
    mutationFn: () => {
      const params = { path: { id }, header: { "Idempotency-Key": key } };
      const body = { unit: unit.id, expires_at: lapse.expires_at };
      return data(api.POST("/v1/members/{id}/extensions", { params, body }));
    },
    onSuccess: () => setAsked(false),
    // Also where no answer came: what is shown next is what the server knows.
    onSettled: () => {
      for (const about of ["outlook", "wallet", "entries"]) void queries.invalidateQueries({ queryKey: [about] });
    },
  });
  const tap = useTap(extend);
  const { possible, expires_at, fee } = lapse.extension;
  if (!possible || !expires_at) return null;
  const day = (at: string) => formatInstant(lastMoment(at), lang, zone, "day");
  const amount = (n: number) => `${formatPoints(n, lang)} ${unit.name}`;
  return (
    <>
      <button type="button" className="link small" onClick={() => setAsked(true)}>
        {t("extend")}
      </button>
      {asked && (
        <Sheet title={t("extend")} onClose={() => setAsked(false)}>
          <p className="lead">{t("extend.ask", { points: amount(lapse.points), day: day(expires_at) })}</p>
          <p>{fee > 0 ? t("extend.fee", { fee: amount(fee) }) : t("extend.free")}</p>
          <p className="quiet small">{t("extend.once")}</p>
          {extend.error && <Failed error={extend.error} />}
          <button type="button" className="button" disabled={extend.isPending} onClick={tap}>
            {extend.isPending ? t("extend.busy") : t("extend.yes")}
          </button>
          <button type="button" className="button plain" onClick={() => setAsked(false)}>
            {t("extend.not")}
          </button>
        </Sheet>
      )}
    </>
  );
}
