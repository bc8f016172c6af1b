import { data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";

/** Where the member stands. */
export function useTier() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["tier", id],
    queryFn: () => data(api.GET("/v1/members/{id}/tier", { params: { path: { id } } })),
    refetchOnWindowFocus: "always",
  });
}

/** Where a member stands, as the API tells it. */
export type Standing = NonNullable<ReturnType<typeof useTier>["data"]>;
