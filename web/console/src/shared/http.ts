import { currentLanguage } from "./language.tsx";
import { Problem } from "./problem.ts";
import type { Approval } from "./approval.ts";

type Method = "GET" | "POST" | "PUT" | "DELETE";
type Scalar = string | number | boolean | null | undefined;

/** What a request carries. */
export interface Sending {
  body?: unknown;
  /** A file instead of a body, with its content type. */
  file?: { text: string; type: string };
  query?: Record<string, Scalar>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** What a change came to: it is done, or it waits for a second person. */
export type Outcome<T> = { done: true; value: T } | { done: false; approval: Approval };

interface Doors {
  /** Asks for a fresh second factor; false when the person gave up. */
  confirm: () => Promise<boolean>;
  /** The session is over. */
  signedOut: () => void;
}

const doors: Doors = { confirm: () => Promise.resolve(false), signedOut: () => undefined };
let csrf: string | null = null;

/** Whom requests turn to when they need a person. */
export function openDoors(to: Partial<Doors>): void {
  Object.assign(doors, to);
}

/** The token that proves that a change comes from these pages. */
export function keepCsrf(token: string | null): void {
  csrf = token;
}

/** Asks for something. */
export async function get<T>(path: string, sending: Sending = {}): Promise<T> {
  return (await request("GET", path, sending)).body as T;
}

/** Changes something that nobody else has to agree to. */
export async function send<T>(method: Exclude<Method, "GET">, path: string, sending: Sending = {}): Promise<T> {
  return (await request(method, path, sending)).body as T;
}

/** Changes something that a second person may have to agree to. */
export async function change<T>(
  method: Exclude<Method, "GET">,
  path: string,
  sending: Sending = {},
): Promise<Outcome<T>> {
  const { status, body } = await request(method, path, sending);
  if (status === 202 && isWaiting(body)) return { done: false, approval: body.approval };
  return { done: true, value: body as T };
}

function isWaiting(body: unknown): body is { approval: Approval } {
  return typeof body === "object" && body !== null && "approval" in body;
}

async function request(method: Method, path: string, sending: Sending): Promise<{ status: number; body: unknown }> {
  try {
    return await once(method, path, sending);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "second-factor-required" && path !== "/v1/session/confirm") {
      if (!(await doors.confirm())) throw Problem.notConfirmed();
      return once(method, path, sending);
    }
    if (error.status === 401 && !path.startsWith("/v1/sign-in") && path !== "/v1/session") doors.signedOut();
    throw error;
  }
}

async function once(method: Method, path: string, sending: Sending): Promise<{ status: number; body: unknown }> {
  const headers: Record<string, string> = { "Accept-Language": currentLanguage(), ...sending.headers };
  const body = sending.file?.text ?? (sending.body === undefined ? null : JSON.stringify(sending.body));
  if (body !== null) headers["Content-Type"] = sending.file?.type ?? "application/json";
  if (method !== "GET" && csrf) headers["X-CSRF-Token"] = csrf;
  let response: Response;
  try {
    response = await fetch(path + search(sending.query), {
      method,
      headers,
      credentials: "same-origin",
      body,
      signal: sending.signal ?? null,
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw Problem.unreachable();
  }
  const answered = await readBody(response);
  if (!response.ok) {
    const retry = Number(response.headers.get("Retry-After"));
    throw new Problem(response.status, asRecord(answered), Number.isFinite(retry) && retry > 0 ? retry : null);
  }
  return { status: response.status, body: answered };
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function asRecord(body: unknown): Record<string, unknown> {
  return typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
}

function search(query: Record<string, Scalar> | undefined): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") pairs.set(name, String(value));
  }
  const text = pairs.toString();
  return text ? `?${text}` : "";
}
