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
