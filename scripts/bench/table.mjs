#!/usr/bin/env node
// Prints the figures of one run, each beside its reference, as a ratio.
//
//   node scripts/bench/table.mjs RESULTS.jsonl

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/** Reads lines of JSON into figures. */
export function readFigures(text) {
  return text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}

/** The rows of the table: figure, value, reference, ratio, verdict. */
export function rows(figures) {
  const values = new Map(figures.map(({ figure, value }) => [figure, value]));
  return figures.map(({ figure, value, unit, beside, at_least, at_most, note }) => {
    const reference = typeof beside === "string" ? values.get(beside) : beside;
    const ratio = reference ? value / reference : undefined;
    // A target is a ratio where there is a reference to measure against, else it is the value itself.
    const measured = beside === undefined ? value : ratio;
    return {
      figure,
      value: `${number(value)} ${unit}`,
      reference: reference === undefined ? (beside ?? "") : `${number(reference)}${typeof beside === "string" ? ` ${beside}` : ""}`,
      ratio: ratio === undefined ? "" : `${ratio.toFixed(2)} x`,
      target: at_least !== undefined ? `>= ${number(at_least)}` : at_most !== undefined ? `<= ${number(at_most)}` : "",
      met: verdict(measured, at_least, at_most),
      note: note ?? "",
    };
  });
}

function verdict(measured, atLeast, atMost) {
  if (atLeast === undefined && atMost === undefined) return "";
  if (measured === undefined) return "not measured";
  return (atLeast === undefined || measured >= atLeast) && (atMost === undefined || measured <= atMost) ? "met" : "missed";
}

function number(value) {
  return value.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/** The rows as aligned text. */
export function table(list) {
  const columns = ["figure", "value", "reference", "ratio", "target", "met", "note"];
  const lines = [columns, ...list.map((row) => columns.map((column) => String(row[column])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  return lines.map((line) => line.map((cell, i) => cell.padEnd(widths[i])).join("  ").trimEnd()).join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const figures = readFigures(readFileSync(process.argv[2], "utf8"));
  console.log(figures.length > 0 ? table(rows(figures)) : "nothing was measured");
}
