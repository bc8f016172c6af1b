import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get, send } from "../../shared/http.ts";

type Schemas = components["schemas"];

/** An assessment of all members. */
export type Assessment = Schemas["Assessment"];

/** What an assessment does to a member. */
export type AssessmentLine = Schemas["AssessmentLine"];

/** What may be done with an assessment. */
export type Verb = "run" | "stop" | "dismiss";

/** How often one that is at work is asked for, in milliseconds. */
const PACE = 1_500;

const isAtWork = (state: string) => state === "planning" || state === "running";

/** Assessments, newest first; asked for again while one is at work. */
export function useAssessments(cursor: string) {
  return useQuery({
    queryKey: ["assessments", "list", cursor],
    queryFn: () => get<Schemas["AssessmentPage"]>("/v1/assessments", { query: { cursor } }),
    refetchInterval: ({ state }) => (state.data?.data.some((one) => isAtWork(one.state)) ? PACE : false),
  });
}

/** One assessment. */
export function useAssessment(id: string) {
  return useQuery({
    queryKey: ["assessments", "one", id],
    queryFn: () => get<Assessment>(`/v1/assessments/${encodeURIComponent(id)}`),
    refetchInterval: ({ state }) => (state.data && isAtWork(state.data.state) ? PACE : false),
    enabled: id !== "",
  });
}

/** For whom something changes. */
export function useLines(id: string, cursor: string) {
  return useQuery({
    queryKey: ["assessments", "lines", id, cursor],
    queryFn: () =>
      get<Schemas["AssessmentLinePage"]>(`/v1/assessments/${encodeURIComponent(id)}/lines`, { query: { cursor } }),
    enabled: id !== "",
  });
}

/** Looks at everybody. */
export function makeAssessment(key: string): Promise<Assessment> {
  return send("POST", "/v1/assessments", { body: {}, headers: { "Idempotency-Key": key } });
}

/** Lets an assessment run, stops it or dismisses it. */
export function decideAssessment(id: string, verb: Verb, key: string): Promise<Assessment> {
  return send("POST", `/v1/assessments/${encodeURIComponent(id)}/${verb}`, { headers: { "Idempotency-Key": key } });
}

/** The address of the whole list as a table. */
export function tableOf(id: string): string {
  return `/v1/assessments/${encodeURIComponent(id)}/table`;
}
