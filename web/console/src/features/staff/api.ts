import { useQuery } from "@tanstack/react-query";
import { get } from "../../shared/http.ts";
import type { Name } from "../../shared/language.tsx";

/** A role somebody holds, and where. */
export interface Holding {
  role: string;
  place: string | null;
}

/** Somebody who works here. */
export interface StaffMember {
  id: string;
  login?: string;
  name: string;
  email?: string | null;
  roles: Holding[];
  active: boolean;
  last_sign_in_at?: string | null;
  locked_until?: string | null;
}

/** A place of the organization. */
export interface Place {
  id: string;
  name: Name;
  kind: string;
  parent: string | null;
}

/** Everybody who works here. */
export function useStaff(allowed: boolean) {
  return useQuery({
    queryKey: ["staff"],
    queryFn: () => get<{ data: StaffMember[] }>("/v1/staff"),
    enabled: allowed,
  });
}

/** The organization. */
export function usePlaces() {
  return useQuery({
    queryKey: ["places"],
    queryFn: () => get<{ data: Place[] }>("/v1/places"),
    staleTime: 300_000,
    retry: false,
  });
}
