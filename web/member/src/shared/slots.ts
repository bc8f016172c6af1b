import { type components, data } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { api } from "./api.ts";

/** A time at which a service can be had. */
export type Slot = components["schemas"]["Slot"];

/** Times to come at which a reward can be had, earliest first; none where it is nothing to be booked. */
export function useSlots(reward: string, wanted = true) {
  return useQuery({
    queryKey: ["slots", reward],
    enabled: wanted,
    queryFn: async () => (await data(api.GET("/v1/rewards/{id}/slots", { params: { path: { id: reward } } }))).data,
    refetchOnWindowFocus: "always",
  });
}
