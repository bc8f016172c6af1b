import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get, send } from "../../shared/http.ts";

/** A message on its way out. */
export type Delivery = components["schemas"]["MessageDelivery"];

/** A kind of message. */
export type MessageKind = components["schemas"]["MessageKind"];

/** What a message would say. */
export type SampleTexts = components["schemas"]["SampleTexts"];

/** Deliveries, newest first. */
export function useDeliveries(state: string, cursor: string) {
  return useQuery({
    queryKey: ["deliveries", state, cursor],
    queryFn: () => get<components["schemas"]["MessageDeliveryPage"]>("/v1/deliveries", { query: { state, cursor } }),
  });
}

/** Has a failed delivery tried again. */
export function retryDelivery(id: string, key: string): Promise<Delivery> {
  return send("POST", `/v1/deliveries/${encodeURIComponent(id)}/retry`, { headers: { "Idempotency-Key": key } });
}

/** What members are told. */
export function useMessageKinds() {
  return useQuery({
    queryKey: ["message-kinds"],
    queryFn: () => get<components["schemas"]["MessageKinds"]>("/v1/message-kinds"),
  });
}

/** A message that a person sends. */
export type Mailing = components["schemas"]["Mailing"];

/** What is sent, and to whom. */
export type NewMailing = components["schemas"]["NewMailing"];

/** What people sent, newest first; asked for again while some of it goes out. */
export function useMailings(cursor: string) {
  return useQuery({
    queryKey: ["mailings", cursor],
    queryFn: () => get<components["schemas"]["MailingPage"]>("/v1/mailings", { query: { cursor } }),
    refetchInterval: ({ state }) => (state.data?.data.some((one) => one.state === "running") ? 2_000 : false),
  });
}

/** Sends a message to members. */
export function sendMailing(body: NewMailing, key: string): Promise<Mailing> {
  return send("POST", "/v1/mailings", { body, headers: { "Idempotency-Key": key } });
}

/** Stops a mailing, or takes it up again. */
export function decideMailing(id: string, verb: "stop" | "resume", key: string): Promise<Mailing> {
  return send("POST", `/v1/mailings/${encodeURIComponent(id)}/${verb}`, { headers: { "Idempotency-Key": key } });
}
