import assert from "node:assert/strict";
import { test } from "node:test";
import { featuresApart, frontPage, length, pageFeaturesApart, sortedLists, words } from "../tidy/text.mjs";
import { direction, purity } from "../tidy/walls.mjs";

const SOURCE = "crates/a/src/b.rs";
const lines = (text) => text.split("\n");
const long = (count) => lines("x\n".repeat(count));

test("a source file may have 800 lines and not 801", () => {
  assert.deepEqual(length(SOURCE, long(800)), []);
  assert.equal(length(SOURCE, long(801)).length, 1);
  assert.equal(length("web/member/src/a.tsx", long(801)).length, 1);
  assert.deepEqual(length("docs/b.md", long(900)), []);
});

test("an exception may only shrink, and goes when it is not needed", () => {
  const overlong = { [SOURCE]: 900 };
  assert.deepEqual(length(SOURCE, long(900), { overlong }), []);
  assert.match(length(SOURCE, long(901), { overlong })[0], /only shrink/);
  assert.match(length(SOURCE, long(700), { overlong })[0], /off the list/);
});

test("a module begins with its front page, tests need none", () => {
  assert.deepEqual(frontPage(SOURCE, lines("#![cfg(unix)]\n\n//! What this is for.\n")), []);
  assert.equal(frontPage(SOURCE, lines("use std::fmt;\n")).length, 1);
  assert.deepEqual(frontPage("crates/a/src/b/tests.rs", lines("use super::*;\n")), []);
});

test("unfinished work and paths of a machine are found where they stand", () => {
  assert.match(words(SOURCE, lines("a\n    todo!()\n"))[0], /b\.rs:2: unfinished/);
  assert.match(words("scripts/a.sh", ["cd /work/x"])[0], /a\.sh:1: names a path/);
  assert.match(words("README.md", ["see `/root/x`"])[0], /names a path/);
  assert.deepEqual(words("README.md", ["https://example.org/work/a, ./root/, framework/x, FIXME"]), []);
});

test("a list marked as sorted is sorted", () => {
  assert.deepEqual(sortedLists(SOURCE, lines("// sorted\npub mod a;\nmod b;\npub(crate) mod c;\n\nmod a;\n")), []);
  assert.match(sortedLists(SOURCE, lines("// sorted\nmod b;\npub mod a;\n"))[0], /"mod a" belongs before "mod b"/);
  assert.deepEqual(sortedLists(SOURCE, lines('// sorted\nconst A: &[&str] = &[\n    "a",\n    // why\n    "b",\n];\nzeta();\n')), []);
  const table = (first, second) => `const A: &[Row] = &[\n    // sorted\n    Row {\n        name: "${first}",\n    },\n    row("${second}", 1),\n];`;
  assert.deepEqual(sortedLists(SOURCE, lines(table("a", "b"))), []);
  assert.match(sortedLists(SOURCE, lines(table("b", "a")))[0], /"a" belongs before "b"/);
  assert.match(sortedLists("Cargo.toml", lines("# sorted\nb = 1\na = 2\n"))[0], /Cargo\.toml:3/);
  assert.match(sortedLists(SOURCE, lines("// sorted\n\nmod a;\n"))[0], /no list follows/);
});

test("features do not know each other, flows know them all", () => {
  const at = (path, text) => ({ path: `crates/program/src/${path}`, lines: lines(text) });
  const holds = at("holds/mod.rs", "//! Holds.\n");
  const check = (path, text) => featuresApart([holds, at(path, text)]);
  assert.equal(check("earning.rs", "use crate::holds::Hold;").length, 1);
  assert.equal(check("earning.rs", "use super::holds::Hold;").length, 1);
  assert.equal(check("earning/decide.rs", "use super::super::holds::Hold;").length, 1);
  assert.equal(check("earning.rs", "use crate::{\n    desk::Desk,\n    holds::{self, Hold},\n};").length, 1);
  assert.deepEqual(check("earning.rs", "// use crate::holds::Hold;\nuse crate::desk::Desk;\nuse crate::earning::x;"), []);
  assert.deepEqual(check("flows/purchase.rs", "use crate::{earning, holds};"), []);
});

test("features of a page do not know each other, the app knows them all", () => {
  const check = (path, text) => pageFeaturesApart(`web/console/src/${path}`, lines(text));
  assert.equal(check("features/members/List.tsx", 'import { a } from "../audit/a.ts";').length, 1);
  assert.equal(check("features/members/parts/List.tsx", 'import {\n  a,\n} from "../../audit/a.ts";').length, 1);
  assert.equal(check("features/members/List.tsx", 'const a = lazy(() => import("../audit/a.ts"));').length, 1);
  assert.deepEqual(check("features/members/List.tsx", 'import { a } from "./a.ts";\nimport { b } from "../../shared/b.ts";'), []);
  assert.deepEqual(check("app/routes.tsx", 'import { a } from "../features/audit/a.ts";'), []);
});

test("imports between crates only go down", () => {
  const crate = (name, ...used) => ({ name, dependencies: used.map((name) => ({ name })) });
  assert.deepEqual(direction([crate("jifen-ledger", "jifen-vocab", "serde")]), []);
  assert.match(direction([crate("jifen-ledger", "jifen-rules")])[0], /may not depend on jifen-rules/);
  assert.match(direction([crate("jifen-new")])[0], /a new crate/);
});

test("a pure crate has nothing impure anywhere below it", () => {
  assert.deepEqual(purity("jifen-vocab", ["serde", "getrandom"]), []);
  assert.equal(purity("jifen-vocab", ["serde", "tokio", "rand"]).length, 2);
});
