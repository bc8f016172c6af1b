import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../shared/http.ts";

type Schemas = components["schemas"];

/** A published rule book. */
export type Version = Schemas["Version"];

/** A rule book in the making, without its files. */
export type DraftHead = Schemas["DraftHead"];

/** A rule book in the making. */
export type Draft = Schemas["Draft"];

/** Something wrong with a bundle, and where. */
export type BundleProblem = Schemas["BundleProblem"];

/** What differs from another bundle. */
export type BundleChange = Schemas["BundleChange"];

/** What checking a bundle found. */
export type Checked = Schemas["CheckedBundle"];

/** What a day would have given under a draft. */
export type DryRun = Schemas["DryRun"];

/** Versions, newest first. */
export function useVersions() {
  return useQuery({
    queryKey: ["program", "versions"],
    queryFn: () => get<Schemas["VersionList"]>("/v1/program/versions"),
  });
}

/** Drafts, of a state. */
export function useDrafts(state: string) {
  return useQuery({
    queryKey: ["drafts", state],
    queryFn: () => get<Schemas["DraftPage"]>("/v1/program/drafts", { query: { state } }),
  });
}

/** The address of a draft in the API. */
export function draftPath(id: string, rest = ""): string {
  return `/v1/program/drafts/${encodeURIComponent(id)}${rest}`;
}

/** A draft with its files. */
export function getDraft(id: string): Promise<Draft> {
  return get<Draft>(draftPath(id));
}
