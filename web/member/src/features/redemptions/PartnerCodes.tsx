import { data } from "@jifen/api";
import { useTexts } from "@jifen/look";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../shared/api.ts";
import { Copy } from "../../shared/Copy.tsx";
import { texts } from "./texts.ts";

/** Codes that are used at a partner; nothing where the reward gives none. */
export function PartnerCodes({ id }: { id: string }) {
  const t = useTexts(texts);
  const codes = useQuery({
    queryKey: ["partner-codes", id],
    queryFn: async () => (await data(api.GET("/v1/redemptions/{id}/codes", { params: { path: { id } } }))).codes,
  });
  if (!codes.data || codes.data.length === 0) return null;
  return (
    <section className="voucher" aria-label={t("partner")}>
      <p className="quiet">{t("partner.about")}</p>
      {codes.data.map((code) => (
        <div key={code}>
          <p className="code">{code}</p>
          <Copy text={code} label={t("voucher.copy")} />
        </div>
      ))}
    </section>
  );
}
