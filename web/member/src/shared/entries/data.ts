import { type components, data } from "@jifen/api";
import type { Text } from "@jifen/look";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api } from "../api.ts";
import { useMe } from "../me.ts";
import type { Sentence } from "../sentences.ts";

/** A change of points, as the API tells it. */
export type Entry = components["schemas"]["Entry"];

/** The member's changes, newest first, a page after the other. */
export function useEntries(limit: number) {
  const { id } = useMe();
  return useInfiniteQuery({
    queryKey: ["entries", id, limit],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = pageParam === null ? { limit } : { limit, cursor: pageParam };
      return data(api.GET("/v1/members/{id}/entries", { params: { path: { id }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
  });
}

/** Where the points of a change came from, and what became of them. */
export type Trace = components["schemas"]["Trace"];

/** The trace of a change, asked for when somebody wants to see it. */
export function useTrace(number: number, wanted: boolean) {
  const { id } = useMe();
  return useQuery({
    queryKey: ["trace", id, number],
    enabled: wanted,
    queryFn: () => data(api.GET("/v1/members/{id}/entries/{number}/trace", { params: { path: { id, number } } })),
  });
}

type RulePage = components["schemas"]["RulePage"];

/** A sentence in pieces, also where the server sent it in one. */
function spansOf(sentence: unknown): Sentence {
  if (typeof sentence === "string") return { spans: [{ text: sentence, bold: false }] };
  return sentence as Sentence;
}

function inPieces(page: RulePage["page"]["zh"]) {
  return {
    ...page,
    sections: page.sections.map((section) => ({
      id: (section as { id?: string }).id ?? section.heading,
      heading: section.heading,
      sentences: section.sentences.map(spansOf),
    })),
  };
}

/** A version that is to come, and what it changes for members. */
export interface ComingVersion {
  version: number;
  from: string;
  confirmation: boolean;
  changes: Text[];
}

/** The rules as they were at an instant. */
export function useRulesAt(at: string | null) {
  return useQuery({
    queryKey: ["rules", at],
    queryFn: () => data(api.GET("/v1/program/rules", { params: { query: at === null ? {} : { at } } })),
    select: (rules) => ({
      ...rules,
      coming: (rules as { coming?: ComingVersion[] }).coming ?? [],
      page: { zh: inPieces(rules.page.zh), en: inPieces(rules.page.en) },
    }),
    staleTime: 600_000,
  });
}
