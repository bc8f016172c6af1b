import type { components } from "@jifen/api";
import { useQuery } from "@tanstack/react-query";
import { get } from "./http.ts";

/** The organization. */
export function usePlaces() {
  return useQuery({
    queryKey: ["places"],
    queryFn: () => get<components["schemas"]["PlaceList"]>("/v1/places"),
    staleTime: 300_000,
    retry: false,
  });
}
