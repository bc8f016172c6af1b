import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { keysOf, type Schema } from "./schema.ts";

const schema = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../../../../../programs/schema.json"), "utf8"),
) as Schema;

it("lists everything that may be written in a file, with what it is for", () => {
  const keys = keysOf(schema, "rewards.yaml");
  expect(keys.find(({ path }) => path === "quote_minutes")).toEqual({
    path: "quote_minutes",
    type: "integer",
    about: "Minutes for which a quoted price holds.",
  });
  expect(keys.map(({ path }) => path)).toEqual(expect.arrayContaining(["vouchers.fee", "points_max.*"]));
  expect(keysOf(schema, "earning.yaml").map(({ path }) => path)).toContain("rules[].award");
  for (const file of Object.keys(schema.properties ?? {})) expect(keysOf(schema, file).length).toBeGreaterThan(0);
  expect(keysOf(schema, "no.yaml")).toEqual([]);
});
