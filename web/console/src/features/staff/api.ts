import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get } from "../../shared/http.ts";

type Schemas = components["schemas"];

/** A role somebody holds, and where. */
export type Holding = Schemas["RolePlace"];

/** Somebody who works here. */
export type StaffMember = Schemas["Staff"];

/** Everybody who works here. */
export function useStaff(allowed: boolean) {
  return useQuery({
    queryKey: ["staff"],
    queryFn: () => get<Schemas["StaffList"]>("/v1/staff"),
    enabled: allowed,
  });
}
