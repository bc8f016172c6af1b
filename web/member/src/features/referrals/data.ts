import { data } from "@jifen/api";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";

const PAGE = 20;

/** The member's invitation: made when it is first asked for, the same ever after. */
export function useInvitation() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["invitation", id],
    queryFn: () => data(api.POST("/v1/members/{id}/invitation", { params: { path: { id } } })),
    staleTime: Infinity,
  });
}

/** Friends the member brought, a page after the other. */
export function useReferrals() {
  const { id } = useMe();
  return useInfiniteQuery({
    queryKey: ["referrals", id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
      return data(api.GET("/v1/members/{id}/referrals", { params: { path: { id }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    refetchOnWindowFocus: "always",
  });
}

/** Friends, as the API tells them. */
export type Referrals = NonNullable<ReturnType<typeof useReferrals>["data"]>["pages"][number];
