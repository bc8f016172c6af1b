import { useQuery } from "@tanstack/react-query";
import { get } from "../../shared/http.ts";
import type { Name } from "../../shared/language.tsx";
import type { Files } from "./model/bundle.ts";

/** A published rule book. */
export interface Version {
  version: number;
  author: string;
  note: string;
  published_at: string;
  from?: string | null;
  in_force: boolean;
  state: "in_force" | "scheduled" | "past" | "withdrawn";
  withdrawn_by?: string | null;
  confirmations?: number | null;
}

/** A rule book in the making, without its files. */
export interface DraftHead {
  id: string;
  base_version: number;
  revision: number;
  note: string;
  state: "editing" | "waiting" | "published" | "dropped";
  author: string;
  created_at: string;
  updated_by: string;
  updated_at: string;
  version?: number | null;
}

/** A rule book in the making. */
export interface Draft extends DraftHead {
  files: Files;
}

/** Something wrong with a bundle, and where. */
export interface BundleProblem {
  file: string;
  line: number;
  column: number;
  path: string;
  message: string;
  suggestion?: string | null;
  severity: "mistake" | "warning";
}

/** What differs from another bundle. */
export interface BundleChange {
  path: string;
  kind: "added" | "removed" | "changed";
  before?: string | null;
  after?: string | null;
  text: Name;
  effect: "better" | "neutral" | "worse";
}

/** What checking a bundle found. */
export interface Checked {
  problems: BundleProblem[];
  changes: BundleChange[];
  notice: { required_days: number; earliest_from: string };
  examples: {
    passed: number;
    failed: { name: string; expected: string; got: string; file: string; line: number }[];
  };
}

/** Points and what they are worth. */
export interface Sum {
  points: number;
  value: { amount: number; currency: string } | null;
}

/** What a day would have given under a draft. */
export interface DryRun {
  day: string;
  events: number;
  members: number;
  before: Sum;
  after: Sum;
  difference: Sum;
  rules: { rule: string; name: Name; before: number; after: number }[];
  overruns: Record<string, unknown>[];
  samples: { member: string; event: string; before: number; after: number }[];
}

/** Versions, newest first. */
export function useVersions() {
  return useQuery({
    queryKey: ["program", "versions"],
    queryFn: () => get<{ data: Version[] }>("/v1/program/versions"),
  });
}

/** Drafts, of a state. */
export function useDrafts(state: string) {
  return useQuery({
    queryKey: ["drafts", state],
    queryFn: () => get<{ data: DraftHead[]; next_cursor?: string | null }>("/v1/program/drafts", { query: { state } }),
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
