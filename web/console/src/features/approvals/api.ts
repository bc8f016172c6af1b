import { useQuery } from "@tanstack/react-query";
import type { Approval } from "../../shared/approval.ts";
import { get, send } from "../../shared/http.ts";

/** A page of requests. */
export interface ApprovalPage {
  data: Approval[];
  next_cursor?: string | null;
}

/** Requests: waiting, the reader's own, or decided. */
export function useApprovals(state: string, mine: boolean, cursor: string) {
  return useQuery({
    queryKey: ["approvals", state, mine, cursor],
    queryFn: () => get<ApprovalPage>("/v1/approvals", { query: { state, mine: mine || null, cursor } }),
    refetchInterval: 10_000,
  });
}

/** One request. */
export function useApproval(id: string) {
  return useQuery({
    queryKey: ["approvals", "one", id],
    queryFn: () => get<Approval>(`/v1/approvals/${encodeURIComponent(id)}`),
    enabled: id !== "",
  });
}

/** What may be done with a request. */
export type Verb = "approve" | "decline" | "withdraw";

/** Decides a request. */
export function decide(id: string, verb: Verb, note: string): Promise<Approval> {
  return send("POST", `/v1/approvals/${encodeURIComponent(id)}/${verb}`, { body: note ? { note } : {} });
}
