import { beforeEach, describe, expect, it, vi } from "vitest";
import { change, get, keepCsrf, openDoors, send } from "./http.ts";
import { asProblem } from "./problem.ts";

function answers(...bodies: [status: number, body: unknown][]) {
  const seen: { path: string; init: RequestInit }[] = [];
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => {
    seen.push({ path, init });
    const [status, body] = bodies.shift() ?? [200, {}];
    return Promise.resolve(
      new Response(body === null ? "" : JSON.stringify(body), { status: status === 204 ? 200 : status }),
    );
  });
  return seen;
}

const problem = (code: string, status: number) => ({
  type: `https://jifen.dev/problems/${code}`,
  title: "t",
  detail: "d",
  status,
  instance: "req-1",
  limit: 5,
});

beforeEach(() => {
  keepCsrf(null);
  openDoors({ confirm: () => Promise.resolve(false), signedOut: () => undefined });
});

describe("requests", () => {
  it("carry the session's token only where they change something", async () => {
    keepCsrf("guard");
    const seen = answers();
    await get("/v1/session", { query: { a: "1", empty: "", none: null } });
    await send("POST", "/v1/sign-out");
    expect(seen.map(({ path }) => path)).toEqual(["/v1/session?a=1", "/v1/sign-out"]);
    const guards = seen.map(({ init }) => new Headers(init.headers).get("x-csrf-token"));
    expect(guards).toEqual([null, "guard"]);
  });

  // row SEC-04
  it("ask for a code where one is due, and go on only when it was given", async () => {
    const due: [number, unknown] = [403, problem("second-factor-required", 403)];
    let seen = answers(due, due);
    await expect(send("POST", "/v1/members/a/clear")).rejects.toMatchObject({ code: "not-confirmed" });
    expect(seen).toHaveLength(1);
    openDoors({ confirm: () => Promise.resolve(true) });
    seen = answers(due, [200, { done: 1 }]);
    expect(await send("POST", "/v1/members/a/clear", { headers: { "Idempotency-Key": "k" } })).toEqual({ done: 1 });
    expect(seen.map(({ init }) => new Headers(init.headers).get("idempotency-key"))).toEqual(["k", "k"]);
  });

  // row LIM-22
  it("tell what is done from what waits for a colleague", async () => {
    answers([202, { approval: { id: "apr_1" } }], [200, { id: "adj_1" }]);
    expect(await change("POST", "/v1/members/a/adjustments")).toEqual({ done: false, approval: { id: "apr_1" } });
    expect(await change("POST", "/v1/members/a/adjustments")).toEqual({ done: true, value: { id: "adj_1" } });
  });

  it("end the session on 401, and keep what the server said", async () => {
    const out = vi.fn();
    openDoors({ signedOut: out });
    answers([401, problem("unauthorized", 401)], [409, problem("cap-reached", 409)]);
    await expect(get("/v1/members")).rejects.toMatchObject({ status: 401 });
    expect(out).toHaveBeenCalledOnce();
    const refused = asProblem(await get("/v1/members").catch((error: unknown) => error));
    expect(refused).toMatchObject({ code: "cap-reached", request: "req-1", detail: "d", facts: { limit: 5 } });
  });

  it("say when no answer came", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    await expect(get("/v1/members")).rejects.toMatchObject({ code: "unreachable" });
  });
});
