import { data } from "@jifen/api";
import { formatInstant, useSettings, useTexts } from "@jifen/look";
import { useQuery } from "@tanstack/react-query";
import { Link } from "wouter";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";
import { texts } from "./texts.ts";

/** Says on the first page that the rules are going to change, until the member has confirmed that they know. */
export function ComingNotice({ zone }: { zone: string }) {
  const t = useTexts(texts);
  const { lang } = useSettings();
  const { id } = useMe();
  const versions = useQuery({
    queryKey: ["versions"],
    queryFn: () => data(api.GET("/v1/program/versions")),
    staleTime: 60_000,
  });
  const coming = (versions.data?.data ?? []).filter(({ state }) => state === "scheduled");
  const confirmed = useQuery({
    queryKey: ["confirmed", id],
    enabled: coming.length > 0,
    queryFn: () => data(api.GET("/v1/members/{id}/rule-confirmations", { params: { path: { id } } })),
  });
  if (!confirmed.data) return null;
  const known = new Set(confirmed.data.data.map(({ version }) => version));
  const next = coming.filter(({ version, from }) => from != null && !known.has(version)).at(-1);
  if (!next?.from) return null;
  return (
    <p className="note">
      <Link href="/rules">{t("coming", { day: formatInstant(next.from, lang, zone, "day") })}</Link>
    </p>
  );
}
