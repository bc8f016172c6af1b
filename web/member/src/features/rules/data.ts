import { ApiProblem, type components, data } from "@jifen/api";
import { settings } from "@jifen/look";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, queries } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";
import { csrf, token } from "../../shared/session.ts";

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

/** Gets the rules of a day as a file and hands it to the browser. A link alone would not carry the sign-in. */
export async function downloadRules(at: string | null): Promise<void> {
  const { lang } = settings();
  const query = new URLSearchParams(at === null ? { lang } : { at, lang });
  const headers = new Headers({ "accept-language": lang });
  const bearer = token();
  const guard = csrf();
  if (bearer) headers.set("authorization", `Bearer ${bearer}`);
  if (guard) headers.set("x-csrf-token", guard);
  const response = await fetch(`/v1/program/rules.pdf?${query}`, { headers, credentials: "same-origin" });
  if (!response.ok) throw ApiProblem.from(response, await response.json().catch(() => null));
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = `rules-${at?.slice(0, 10) ?? "today"}-${lang}.pdf`;
  link.click();
  URL.revokeObjectURL(address);
}
