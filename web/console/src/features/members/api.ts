import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../shared/http.ts";

type Schemas = components["schemas"];

/** A member as a list shows them; personal fields are masked. */
export type MemberLine = Schemas["MemberRow"];

/** A member. */
export type Member = Schemas["Member"];

/** The points of one unit. */
export type WalletUnit = Schemas["WalletUnit"];

/** A movement of points. */
export type Entry = Schemas["Entry"];

/** The clear personal fields. */
export type Personal = Schemas["PersonalAnswer"];

/** Where the points of a movement came from and went. */
export type Trace = Schemas["Trace"];

/** The address of a member in the API. */
export function memberPath(id: string, rest = ""): string {
  return `/v1/members/${encodeURIComponent(id)}${rest}`;
}

/** A page of members that fit. */
export function useMembers(filters: { query: string; tier: string; state: string; cursor: string }) {
  return useQuery({
    queryKey: ["members", "list", filters],
    queryFn: ({ signal }) => get<Schemas["MemberPage"]>("/v1/members", { query: { ...filters, limit: 50 }, signal }),
    placeholderData: (before) => before,
  });
}

/** A member. */
export function useMember(id: string) {
  return useQuery({ queryKey: ["members", id], queryFn: () => get<Member>(memberPath(id)) });
}

/** A member's wallet. */
export function useWallet(id: string) {
  return useQuery({
    queryKey: ["members", id, "wallet"],
    queryFn: () => get<Schemas["Wallet"]>(memberPath(id, "/wallet")),
  });
}

/** A page of a member's history. */
export function useHistory(id: string, unit: string, cursor: string) {
  return useQuery({
    queryKey: ["members", id, "entries", unit, cursor],
    queryFn: () => get<Schemas["EntryPage"]>(memberPath(id, "/entries"), { query: { unit, cursor, limit: 50 } }),
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
