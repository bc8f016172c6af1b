import { QueryClient } from "@tanstack/react-query";
import { asProblem } from "./problem.ts";

/** What the server said lately, and when to ask again. */
export const client = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal stays a refusal: only what may pass by itself is asked again.
      retry: (failures, error) => failures < 2 && [0, 502, 503, 504].includes(asProblem(error).status),
      staleTime: 5_000,
      networkMode: "always",
    },
    // Off line an action fails at once and says so, instead of waiting unseen.
    mutations: { networkMode: "always" },
  },
});
