import { data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";
import { useMe } from "./me.ts";

/** How often it is looked whether something came. */
const LOOK_MS = 60_000;

/** How many messages wait: `3`, `99+`; nothing where none does. */
export function useUnread(): string | null {
  const { id, offline } = useMe();
  const unread = useQuery({
    queryKey: ["unread", id],
    queryFn: () => data(api.GET("/v1/members/{id}/messages/count", { params: { path: { id } } })),
    refetchInterval: LOOK_MS,
    refetchOnWindowFocus: "always",
    enabled: !offline,
  }).data;
  if (!unread || unread.unread === 0) return null;
  return unread.more ? `${unread.unread}+` : String(unread.unread);
}
