import type { components } from "./schema.d.ts";

/** What the server says when something is not as asked (RFC 9457). */
export interface ProblemDetails {
  /** What went wrong, as an address that leads to a page. */
  type: string;
  /** The same for every occurrence. */
  title: string;
  status: number;
  /** This occurrence, in a sentence. */
  detail: string;
  /** The identifier of the request, for support. */
  instance: string;
  /** The fields at fault, where some are. */
  errors?: components["schemas"]["Problem"]["errors"];
  /** Facts: which limit was hit, how much is there. */
  [fact: string]: unknown;
}

/** A request that was answered with a problem. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  /** The HTTP status. */
  readonly status: number;
  /** The end of the problem's type, such as `forbidden`: what code may branch on. */
  readonly code: string;
  /** All that was said. */
  readonly details: ProblemDetails;
  /** The identifier of the request, for support. */
  readonly request: string | null;

  constructor(status: number, details: ProblemDetails, request: string | null) {
    super(details.detail || details.title);
    this.status = status;
    this.code = details.type.split("/").at(-1) ?? details.type;
    this.details = details;
    this.request = request;
  }

  /** A problem out of an answer, whatever something between us and the server made of it. */
  static from(response: Response, body: unknown): ApiProblem {
    const request = response.headers.get("x-request-id");
    return new ApiProblem(response.status, isDetails(body) ? body : stranger(response), request);
  }
}

/** No answer came: the device is offline, or the server cannot be reached. Nothing is known about what happened. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

function isDetails(body: unknown): body is ProblemDetails {
  return typeof body === "object" && body !== null && "type" in body && "title" in body;
}

function stranger(response: Response): ProblemDetails {
  const title = response.statusText || `HTTP ${response.status}`;
  return { type: `about:blank/http-${response.status}`, title, status: response.status, detail: title, instance: "" };
}
