import { type components, data } from "@jifen/api";
import { useMutation, useQuery } from "@tanstack/react-query";
import { api, queries } from "../../shared/api.ts";
import { useMe } from "../../shared/me.ts";

type Schemas = components["schemas"];

/** An appeal, a dispute or a suggestion. */
export type Ticket = Schemas["Ticket"];

/** What members can turn to people with. */
export type Kind = Schemas["TicketKind"];

/** What one is about. */
export type About = Schemas["TicketAbout"];

/** The kinds there are, and what the member has already. */
export function useTickets() {
  const { id } = useMe();
  return useQuery({
    queryKey: ["tickets", id],
    queryFn: () => data(api.GET("/v1/members/{id}/tickets", { params: { path: { id } } })),
    refetchOnWindowFocus: "always",
  });
}

/** Sends one; the key makes a second try the same one. */
export function useOpen(key: string) {
  const { id } = useMe();
  return useMutation({
    mutationFn: (body: Schemas["NewTicket"]) => {
      const params = { path: { id }, header: { "Idempotency-Key": key } };
      return data(api.POST("/v1/members/{id}/tickets", { params, body }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tickets", id] }),
  });
}

/** Adds to one; the key makes a second try the same one. */
export function useAdd(ticket: string, key: string) {
  const { id } = useMe();
  return useMutation({
    mutationFn: (text: string) => {
      const params = { path: { id, ticket }, header: { "Idempotency-Key": key } };
      return data(api.POST("/v1/members/{id}/tickets/{ticket}/texts", { params, body: { text } }));
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["tickets", id] }),
  });
}

/** What was said after the first words, by both sides, in its order. */
export function threadOf({ answers, added }: Ticket): { at: string; text: string | null; mine: boolean }[] {
  const mine = added.map(({ at, text, after }) => ({ at, text: text ?? null, mine: true, after }));
  const theirs = answers.map(({ at, text }, place) => ({ at, text: text ?? null, mine: false, after: place + 0.5 }));
  return [...mine, ...theirs].sort((one, other) => one.after - other.after || one.at.localeCompare(other.at));
}

/** The latest redemptions, for choosing one. */
export function useLatestRedemptions(wanted: boolean) {
  const { id } = useMe();
  return useQuery({
    queryKey: ["redemptions", id, "latest"],
    enabled: wanted,
    queryFn: async () => {
      const query = { limit: 20 };
      return (await data(api.GET("/v1/members/{id}/redemptions", { params: { path: { id }, query } }))).data;
    },
  });
}
