#!/usr/bin/env node
// Counts the tests of a JUnit report and prints "api: N passed, N failed"; a report without tests is a failure.
//
//   node scripts/junit.mjs REPORT.xml

import { readFileSync } from "node:fs";

const report = readFileSync(process.argv[2], "utf8");
const suite = /<testsuite\s[^>]*>/g;
const sum = (name) =>
  [...report.matchAll(suite)].reduce((total, [tag]) => total + Number(new RegExp(`\\b${name}="(\\d+)"`).exec(tag)?.[1] ?? 0), 0);

const failed = sum("failures") + sum("errors");
const passed = sum("tests") - sum("skipped") - failed;
console.log(`api: ${passed} passed, ${failed} failed`);
if (passed + failed === 0) {
  console.log("nothing was tested: does the server publish its operations?");
  process.exitCode = 1;
}
