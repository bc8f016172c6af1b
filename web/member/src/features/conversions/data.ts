import { type components, data } from "@jifen/api";
import { settings } from "@jifen/look";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, queries } from "../../shared/api.ts";
import { download } from "../../shared/files.ts";
import { useMe } from "../../shared/me.ts";

/** What sleeping points may become. */
export type Way = components["schemas"]["ConversionWay"];

/** Points that became something else. */
export type Conversion = components["schemas"]["Conversion"];

/** What sleeps, and what it may become. */
export function useWays() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["conversion-ways", id],
    queryFn: () => data(api.GET("/v1/members/{id}/conversion-ways", { params: { path: { id } } })),
    refetchOnWindowFocus: "always",
  });
}

/** What was converted, newest first. */
export function useConversions() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["conversions", id],
    queryFn: async () => (await data(api.GET("/v1/members/{id}/conversions", { params: { path: { id } } }))).data,
  });
}

/** Converts points one way; the key makes a second try the same conversion. */
export function useConvert(way: string, points: number, key: string) {
  const { id } = useMe();
  return useMutation({
    mutationFn: () => {
      const params = { path: { id }, header: { "Idempotency-Key": key } };
      return data(api.POST("/v1/members/{id}/conversions", { params, body: { conversion: way, points } }));
    },
    // Also where no answer came: what is shown next is what the server knows.
    onSettled: () => {
      for (const about of ["conversion-ways", "conversions", "wallet", "outlook", "entries"]) {
        void queries.invalidateQueries({ queryKey: [about] });
      }
    },
  });
}

/** Gets the certificate of a gift. */
export function downloadCertificate({ id, certificate }: Conversion): Promise<void> {
  const { lang } = settings();
  return download(`${certificate}?${new URLSearchParams({ lang })}`, `${id}-${lang}.pdf`);
}
