import type { Name } from "./language.tsx";

/** Where a request for approval stands. */
export type ApprovalState = "waiting" | "approved" | "declined" | "withdrawn" | "expired" | "failed";

/** Somebody who asked or decided. */
export interface Person {
  id: string;
  name: string;
}

/** A change that waits for a second person, or waited. */
export interface Approval {
  id: string;
  action: string;
  summary: Name;
  object: { kind: string; id: string };
  details: Record<string, unknown>;
  impact: {
    members?: number | null;
    points?: number | null;
    money?: { amount: number; currency: string } | null;
  } | null;
  state: ApprovalState;
  asked_by: Person;
  asked_at: string;
  reason: string | null;
  expires_at: string | null;
  decided_by: Person | null;
  decided_at: string | null;
  note: string | null;
  may_decide: boolean;
  why_not: string | null;
}
