import { readFileSync } from "node:fs";
import { join } from "node:path";
import openapiTypescript, { astToString } from "openapi-typescript";
import { describe, expect, it } from "vitest";
import { createApi, data } from "./client.ts";
import { ApiProblem, Unreachable } from "./problem.ts";

const HERE = join(process.cwd(), "api/src");

function answering(answer: () => Response, seen: Request[] = []) {
  return createApi({
    baseUrl: "http://jifen.test",
    lang: () => "zh",
    csrf: () => "guard",
    fetch: (request) => {
      seen.push(request);
      return Promise.resolve(answer());
    },
  });
}

describe("the client", () => {
  it("is generated from the document that is in the repository", { timeout: 60_000 }, async () => {
    const document = new URL(`file://${join(HERE, "../../../docs/openapi.json")}`);
    const generated = astToString(await openapiTypescript(document));
    const kept = readFileSync(join(HERE, "schema.d.ts"), "utf8");
    expect(kept.endsWith(generated), "run npm run generate").toBe(true);
  });

  it("gives the data of an answer, and sends the language", async () => {
    const seen: Request[] = [];
    const api = answering(() => Response.json({ as_of: "2026-06-18T20:15:00+08:00", units: [] }), seen);
    const wallet = await data(api.GET("/v1/members/{id}/wallet", { params: { path: { id: "lin" } } }));
    expect(wallet.units).toEqual([]);
    expect(seen[0]?.url).toBe("http://jifen.test/v1/members/lin/wallet");
    expect(seen[0]?.headers.get("accept-language")).toBe("zh");
    expect(seen[0]?.headers.has("x-csrf-token")).toBe(false);
  });

  it("guards what changes something", async () => {
    const seen: Request[] = [];
    const api = answering(() => Response.json({}, { status: 201 }), seen);
    await data(api.POST("/v1/members", { body: { id: "lin" } }));
    expect(seen[0]?.headers.get("x-csrf-token")).toBe("guard");
  });

  it("throws what the server refused, with its code and the request", async () => {
    const problem = { type: "https://jifen.dev/problems/member-unknown", title: "t", status: 404, detail: "d" };
    const headers = { "x-request-id": "req-1", "content-type": "application/problem+json" };
    const api = answering(() => new Response(JSON.stringify(problem), { status: 404, headers }));
    const failed = data(api.GET("/v1/program"));
    await expect(failed).rejects.toBeInstanceOf(ApiProblem);
    await expect(failed).rejects.toMatchObject({ status: 404, code: "member-unknown", request: "req-1", message: "d" });
  });

  it("makes a problem of whatever a stranger answers", async () => {
    const api = answering(() => new Response("<html>", { status: 502, statusText: "Bad Gateway" }));
    await expect(data(api.GET("/v1/program"))).rejects.toMatchObject({ status: 502, message: "Bad Gateway" });
  });

  it("says when no answer came", async () => {
    const api = createApi({
      baseUrl: "http://jifen.test",
      lang: () => "en",
      fetch: () => Promise.reject(new TypeError()),
    });
    await expect(data(api.GET("/v1/program"))).rejects.toBeInstanceOf(Unreachable);
  });
});
