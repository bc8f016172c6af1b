import { data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { api } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";

/** What the member can do now, and how far it is. */
export function useTasks() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["tasks", id],
    queryFn: async () => (await data(api.GET("/v1/members/{id}/tasks", { params: { path: { id } } }))).data,
    refetchOnWindowFocus: "always",
  });
}

/** A task, as the API tells it. */
export type Task = NonNullable<ReturnType<typeof useTasks>["data"]>[number];
