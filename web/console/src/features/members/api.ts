import { useQuery } from "@tanstack/react-query";
import type { Money } from "../../shared/format.ts";
import { get } from "../../shared/http.ts";
import type { Name } from "../../shared/language.tsx";

/** A member as a list shows them; personal fields are masked. */
export interface MemberLine {
  id: string;
  name?: string | null;
  phone?: string | null;
  tier: string;
  available: number;
  worth?: Money | null;
  joined_at: string;
  last_active_at?: string | null;
  frozen: boolean;
}

/** A page of members. */
export interface MemberPageOf {
  data: MemberLine[];
  next_cursor?: string | null;
}

/** A member. */
export interface Member {
  id: string;
  tier: string;
  name?: string | null;
  phone?: string | null;
  email?: string | null;
  birthday?: string | null;
  tags?: string[];
  referrer?: string | null;
  joined_at: string;
  states: { frozen: boolean; frozen_until?: string | null; in_debt: boolean };
  statistics: { orders: number; spent: Money; last_active_at?: string | null };
}

/** The points of one unit. */
export interface WalletUnit {
  unit: string;
  available: number;
  pending: number;
  held: number;
  dormant: number;
  debt: number;
  expiring: { at: string; points: number }[];
  lifetime: { earned: number; spent: number; expired: number };
}

/** A wallet. */
export interface Wallet {
  as_of: string;
  units: WalletUnit[];
}

/** A movement of points. */
export interface Entry {
  number: number;
  effective_at: string;
  recorded_at: string;
  kind: string;
  unit: string;
  points: number;
  amount: number;
  from: string;
  to: string;
  balance: number;
  explanation: Name;
  cause: {
    type: string;
    id?: string | null;
    order?: string | null;
    rule?: string | null;
    rule_version?: number | null;
    reason?: string | null;
    operator?: string | null;
    source?: string | null;
  };
}

/** A page of a history. */
export interface EntryPage {
  data: Entry[];
  next_cursor?: string | null;
}

/** Where points came from. */
export interface Origin {
  points: number;
  earned_at?: string | null;
  expires_at?: string | null;
  source?: string | null;
  rule?: string | null;
  order?: string | null;
  event?: string | null;
  entry?: number | null;
}

/** What became of points. */
export interface Fate {
  points: number;
  state: string;
  at?: string | null;
  entry?: number | null;
}

/** Where the points of a movement came from and went. */
export interface Trace {
  entry: Entry;
  from: Origin[];
  to: Fate[];
}

/** The clear personal fields. */
export interface Personal {
  name?: string | null;
  phone?: string | null;
  email?: string | null;
  birthday?: string | null;
}

/** The address of a member in the API. */
export function memberPath(id: string, rest = ""): string {
  return `/v1/members/${encodeURIComponent(id)}${rest}`;
}

/** A page of members that fit. */
export function useMembers(filters: { query: string; tier: string; state: string; cursor: string }) {
  return useQuery({
    queryKey: ["members", "list", filters],
    queryFn: ({ signal }) => get<MemberPageOf>("/v1/members", { query: { ...filters, limit: 50 }, signal }),
    placeholderData: (before) => before,
  });
}

/** A member. */
export function useMember(id: string) {
  return useQuery({ queryKey: ["members", id], queryFn: () => get<Member>(memberPath(id)) });
}

/** A member's wallet. */
export function useWallet(id: string) {
  return useQuery({ queryKey: ["members", id, "wallet"], queryFn: () => get<Wallet>(memberPath(id, "/wallet")) });
}

/** A page of a member's history. */
export function useHistory(id: string, unit: string, cursor: string) {
  return useQuery({
    queryKey: ["members", id, "entries", unit, cursor],
    queryFn: () => get<EntryPage>(memberPath(id, "/entries"), { query: { unit, cursor, limit: 50 } }),
    enabled: unit !== "",
  });
}

/** Where the points of a movement came from and went. */
export function useTrace(id: string, number: string) {
  return useQuery({
    queryKey: ["members", id, "trace", number],
    queryFn: () => get<Trace>(memberPath(id, `/entries/${number}/trace`)),
    enabled: number !== "",
  });
}
