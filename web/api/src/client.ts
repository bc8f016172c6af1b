import createClient, { type Client, type Middleware } from "openapi-fetch";
import { ApiProblem, Unreachable } from "./problem.ts";
import type { paths } from "./schema.d.ts";

/** What every request carries, asked for each time because it may change between two requests. */
export interface Carried {
  /** The language of titles and details. */
  lang: () => string;
  /** The token of a session by cookie, sent with every request that changes something. */
  csrf?: () => string | null;
  /** A bearer token, for a page without a session by cookie. */
  token?: () => string | null;
  /** Where the API is; the page's own origin unless told otherwise. */
  baseUrl?: string;
  /** What fetches; the browser unless told otherwise. */
  fetch?: (request: Request) => Promise<Response>;
}

/** The API, typed from the OpenAPI document: `api.GET("/v1/members/{id}/wallet", { params: { path: { id } } })`. */
export type Api = Client<paths>;

/** A client of the API. */
export function createApi(carried: Carried): Api {
  const send = carried.fetch ?? ((request: Request) => fetch(request));
  const api = createClient<paths>({
    baseUrl: carried.baseUrl ?? "",
    credentials: "same-origin",
    fetch: async (request) => {
      try {
        return await send(request);
      } catch (error) {
        if (error instanceof DOMException && error.name === "AbortError") throw error;
        throw new Unreachable("no answer came", { cause: error });
      }
    },
  });
  api.use(headers(carried));
  return api;
}

function headers({ lang, csrf, token }: Carried): Middleware {
  return {
    onRequest({ request }) {
      request.headers.set("accept-language", lang());
      const bearer = token?.();
      if (bearer) request.headers.set("authorization", `Bearer ${bearer}`);
      const guard = csrf?.();
      if (guard && request.method !== "GET") request.headers.set("x-csrf-token", guard);
      return request;
    },
  };
}

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/**
 * The data of an answer.
 *
 * Throws `ApiProblem` where the server said no, `Unreachable` where no answer came.
 */
export async function data<T>(answer: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await answer;
  if (!response.ok) throw ApiProblem.from(response, error);
  return data as T;
}

/** A key for a request that changes points: made when a form opens, so that pressing twice counts once. */
export function idempotencyKey(): string {
  return crypto.randomUUID();
}
