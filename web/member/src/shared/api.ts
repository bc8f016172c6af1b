import { ApiProblem, Unreachable, createApi } from "@jifen/api";
import { settings } from "@jifen/look";
import { QueryClient } from "@tanstack/react-query";
import { csrf, token } from "./session.ts";

/** The API, as the member who is signed in. */
export const api = createApi({ lang: () => settings().lang, csrf, token });

/** Asks an address that the document does not describe yet. */
export async function ask<T>(method: "GET" | "POST", path: string, body?: unknown): Promise<T> {
  const headers = new Headers({ "accept-language": settings().lang });
  const bearer = token();
  const guard = csrf();
  if (bearer) headers.set("authorization", `Bearer ${bearer}`);
  if (guard && method !== "GET") headers.set("x-csrf-token", guard);
  if (body !== undefined) headers.set("content-type", "application/json");
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = JSON.stringify(body);
  const response = await fetch(path, init).catch((cause: unknown) => {
    throw new Unreachable("no answer came", { cause });
  });
  const text = await response.text();
  const answer: unknown = text.startsWith("{") ? JSON.parse(text) : null;
  if (!response.ok) throw ApiProblem.from(response, answer);
  return answer as T;
}

/** What was asked, kept while the page is open. */
export const queries = new QueryClient({
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
