import assert from "node:assert/strict";
import { test } from "node:test";
import { readFigures, rows, table } from "../bench/table.mjs";

test("a figure stands beside its reference, as a ratio, with its target", () => {
  const figures = readFigures(
    '{"figure":"hand","value":5000,"unit":"/s"}\n{"figure":"ours","value":20000,"unit":"/s","beside":"hand","at_least":3}\n',
  );
  const [, ours] = rows(figures);
  assert.deepEqual([ours.value, ours.reference, ours.ratio, ours.target, ours.met], ["20,000 /s", "5,000 hand", "4.00 x", ">= 3", "met"]);
  assert.equal(table(rows(figures)).split("\n").length, 3);
});

test("a target without a reference is the value itself, and a missing reference is not a success", () => {
  assert.equal(rows([{ figure: "p99", value: 60, unit: "ms", at_most: 50 }])[0].met, "missed");
  assert.equal(rows([{ figure: "a", value: 9, unit: "/s", beside: "skipped", at_least: 3 }])[0].met, "not measured");
});
