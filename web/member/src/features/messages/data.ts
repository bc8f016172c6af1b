import { type components, data } from "@jifen/api";
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query";
import { api, queries } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";

export type Message = components["schemas"]["InboxMessage"];
export type Settings = components["schemas"]["MessageSettings"];
export type Channel = Settings["channels"][number];

const PAGE = 20;

/** The member's messages, newest first. */
export function useInbox() {
  const { id } = useMe();
  return useInfiniteQuery({
    queryKey: ["messages", id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) => {
      const query = pageParam === null ? { limit: PAGE } : { limit: PAGE, cursor: pageParam };
      return data(api.GET("/v1/members/{id}/messages", { params: { path: { id }, query } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? null,
    refetchOnWindowFocus: "always",
  });
}

/** Marks messages as read; all of them where none is named. */
export function useMarkRead() {
  const { id } = useMe();
  return useMutation({
    mutationFn: (message: string | null) =>
      data(
        api.POST("/v1/members/{id}/messages/read", {
          params: { path: { id } },
          body: message === null ? { all: true } : { messages: [message] },
        }),
      ),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: ["messages", id] }),
        queries.invalidateQueries({ queryKey: ["unread", id] }),
      ]),
  });
}

/** What the member agrees to, channel by channel. */
export function useMessageSettings() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["message-settings", id],
    queryFn: () => data(api.GET("/v1/members/{id}/message-settings", { params: { path: { id } } })),
  });
}

function useSettled<T>(change: (id: string, value: T) => Promise<Settings>) {
  const { id } = useMe();
  return useMutation({
    mutationFn: (value: T) => change(id, value),
    onSuccess: (settings) => queries.setQueryData(["message-settings", id], settings),
  });
}

/** Says what may come by a channel. */
export function useConsent() {
  return useSettled((id, { channel, marketing, service }: Channel) =>
    data(
      api.PUT("/v1/members/{id}/message-settings", {
        params: { path: { id } },
        body: { channels: [{ channel, marketing, service }] },
      }),
    ),
  );
}

/** Lets this browser show messages, or no more. */
export function useBrowser(pushKey: string) {
  return useSettled(async (id, on: boolean) => {
    const params = { path: { id } };
    const worker = await navigator.serviceWorker.ready;
    const before = await worker.pushManager.getSubscription();
    if (!on) {
      await before?.unsubscribe();
      const endpoint = before?.endpoint ?? "-";
      return data(api.POST("/v1/members/{id}/browsers/forget", { params, body: { endpoint } }));
    }
    const applicationServerKey = pushKey;
    const subscription =
      before ?? (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey }));
    const { endpoint, keys } = subscription.toJSON();
    return data(
      api.POST("/v1/members/{id}/browsers", {
        params,
        body: { endpoint: endpoint ?? "", keys: { p256dh: keys?.["p256dh"] ?? "", auth: keys?.["auth"] ?? "" } },
      }),
    );
  });
}
