import { type components, data } from "@jifen/api";
import { settings } from "@jifen/look";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, queries } from "../../shared/api.ts";
import { download } from "../../shared/files.ts";
import { useMe } from "../../shared/me.ts";

export type Version = components["schemas"]["Version"];

/** Every version of the rules, newest first, those to come included. */
export function useVersions() {
  return useQuery({ queryKey: ["versions"], queryFn: () => data(api.GET("/v1/program/versions")), staleTime: 60_000 });
}

/** The versions that the member has confirmed. */
export function useConfirmed(wanted: boolean) {
  const { id } = useMe();
  return useQuery({
    queryKey: ["confirmed", id],
    enabled: wanted,
    queryFn: () => data(api.GET("/v1/members/{id}/rule-confirmations", { params: { path: { id } } })),
  });
}

/** Confirms that the member knows about a coming version. */
export function useConfirm() {
  const { id } = useMe();
  return useMutation({
    mutationFn: (version: number) =>
      data(api.POST("/v1/members/{id}/rule-confirmations", { params: { path: { id } }, body: { version } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["confirmed", id] }),
  });
}

/** Gets the rules of a day as a file. */
export function downloadRules(at: string | null): Promise<void> {
  const { lang } = settings();
  const query = new URLSearchParams(at === null ? { lang } : { at, lang });
  return download(`/v1/program/rules.pdf?${query}`, `rules-${at?.slice(0, 10) ?? "today"}-${lang}.pdf`);
}
