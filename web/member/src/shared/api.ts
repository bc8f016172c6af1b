import { ApiProblem, Unreachable, createApi } from "@jifen/api";
import { settings } from "@jifen/look";
import { QueryCache, QueryClient } from "@tanstack/react-query";
import { csrf, token } from "./session.ts";

/** The API, as the member who is signed in. */
export const api = createApi({ lang: () => settings().lang, csrf, token });

/** What was asked, kept while the page is open. */
export const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      // The sign-in has ended meanwhile: asking who is here shows the way in.
      if (error instanceof ApiProblem && error.status === 401 && query.queryKey[0] !== "session") {
        void queries.invalidateQueries({ queryKey: ["session"] });
      }
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      // A refusal stays one; a silent network is tried again, but nobody waits long before being told.
      retry: (failures, error) => failures < 1 && (error instanceof Unreachable || isPassing(error)),
      retryDelay: 500,
      // The browser believes to be online in many a tunnel, and offline with a server on the same device.
      networkMode: "always",
    },
    mutations: { networkMode: "always", retry: false },
  },
});

function isPassing(error: unknown): boolean {
  return error instanceof ApiProblem && error.status >= 500;
}
