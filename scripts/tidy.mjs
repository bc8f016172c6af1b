#!/usr/bin/env node
// Keeps the house tidy: sizes, front pages, sorted lists, and the walls that ARCHITECTURE.md promises.
//
//   node scripts/tidy.mjs
//
// What is checked, and every exception, stands in scripts/tidy/rules.mjs.

import { files, isText, linesOf } from "./tree.mjs";
import { PURE } from "./tidy/rules.mjs";
import { featuresApart, frontPage, length, pageFeaturesApart, sortedLists, words } from "./tidy/text.mjs";
import { closure, direction, ourPackages, purity, sameWalls } from "./tidy/walls.mjs";

const all = files()
  .filter(isText)
  .map((path) => ({ path, lines: linesOf(path) }));
const each = (check) => all.flatMap(({ path, lines }) => check(path, lines));

const checks = [
  ["source files are short", () => each(length)],
  ["modules have a front page", () => each(frontPage)],
  ["nothing is unfinished or tied to a machine", () => each(words)],
  ["lists marked as sorted are sorted", () => each(sortedLists)],
  ["features do not know each other", () => featuresApart(all)],
  ["features of the pages do not know each other", () => each(pageFeaturesApart)],
  ["imports between crates only go down", () => direction(ourPackages())],
  ["pure crates are pure all the way down", () => PURE.flatMap((crate) => purity(crate, closure(crate)))],
  ["pure crates have the same walls", () => sameWalls()],
];

let failed = 0;
for (const [name, check] of checks) {
  const findings = attempt(check);
  if (findings.length > 0) failed++;
  console.log(`${findings.length === 0 ? "ok  " : "FAIL"}  ${name}`);
  for (const finding of findings) console.log(`        ${finding}`);
}
console.log(`tidy: ${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

// A check that cannot run (a manifest that cargo cannot read) has not passed.
function attempt(check) {
  try {
    return check();
  } catch (error) {
    return [`cannot be checked: ${error.message.trim().replaceAll("\n", "\n        ")}`];
  }
}
