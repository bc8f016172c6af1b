#!/usr/bin/env node
// Which rows of docs/requirements.md are proved by a test?
//
//   node scripts/rows.mjs [--area EARN] [--json] [--summary]
//
// A test claims a row with a comment on a line of its own, directly above it or inside it: `row` or `rows` and the ids,
// in Rust and TypeScript behind two slashes, elsewhere behind a hash. A claim for a row that does not exist, or that
// belongs to no test, is an error (exit 1): a slip of the pen must not count as a proof.

import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { files, linesOf, ROOT } from "./tree.mjs";

const REQUIREMENTS = "docs/requirements.md";
const SOURCES = new Set([".js", ".mjs", ".py", ".rs", ".sh", ".sql", ".ts", ".tsx", ".yaml", ".yml"]);

// Anything that begins like a claim must be one to its end; prose such as "row by row" begins in lower case.
const CLAIM_BEGINS = /^\s*(?:\/\/|#|--)\s*rows?\s+(?=[A-Z]{2})/;
const CLAIM = /^\s*(?:\/\/|#|--)\s*rows?\s+((?:[A-Z]+-\d+)(?:\s*,\s*[A-Z]+-\d+)*)\s*$/;

/** Reads the catalogue: areas in their order, each with its title and rows. */
export function readCatalogue(lines) {
  const areas = new Map();
  let title = "";
  for (const line of lines) {
    const heading = /^## \d+ (.+)$/.exec(line);
    if (heading) title = heading[1];
    const row = /^\| (([A-Z]+)-\d+) \| (.+) \| [^|]* \|\s*$/.exec(line);
    if (!row) continue;
    const [, id, area, text] = row;
    if (!areas.has(area)) areas.set(area, { title, rows: new Map() });
    areas.get(area).rows.set(id, { text, proofs: [] });
  }
  return areas;
}

/** The claims of one file: `{ claims: [{ id, file, line, test }], errors: [text] }`. */
export function readClaims(file, lines) {
  const claims = [];
  const errors = [];
  lines.forEach((line, index) => {
    if (!CLAIM_BEGINS.test(line)) return;
    const where = `${file}:${index + 1}`;
    const match = CLAIM.exec(line);
    if (!match) return errors.push(`${where}: a claim is only "row" and ids, nothing else: ${line.trim()}`);
    const test = testAt(file, lines, index);
    if (!test) return errors.push(`${where}: no test stands below or around ${match[1]}`);
    for (const id of match[1].split(/\s*,\s*/)) claims.push({ id, file, line: index + 1, test });
  });
  return { claims, errors };
}

function testAt(file, lines, at) {
  switch (extname(file)) {
    case ".rs":
      return rustTestAround(lines, at) ?? rustTestBelow(lines, at);
    case ".js":
    case ".mjs":
    case ".ts":
    case ".tsx":
      return callAround(lines, at) ?? callBelow(lines, at);
    case ".py":
      return below(lines, at, /^\s*(?:async )?def (test_\w+)/);
    case ".yaml":
    case ".yml":
      return below(lines, at, /^\s*-?\s*(?:name|id|example):\s*["']?(.+?)["']?\s*$/);
    default:
      // A script of checks is one test.
      return file.split("/").at(-1);
  }
}

const RUST_FN = /^(\s*)(?:pub )?(?:async )?fn (\w+)/;
const RUST_TEST = /^\s*#\[(?:\w+::)*(?:test|rstest|test_case)\b/;
const JS_TEST = /^(\s*)(?:describe|test|it)(?:\.each\(.*\)|\.\w+)?\(\s*(["'`])(.*?)\2/;

/** The test function whose body holds line `at`. Relies on rustfmt: a body ends with a brace at its own indent. */
function rustTestAround(lines, at) {
  const indent = indentOf(lines[at]);
  for (let i = at - 1; i >= 0; i--) {
    const match = RUST_FN.exec(lines[i]);
    if (match && match[1].length < indent) return rustIsTest(lines, i) ? match[2] : null;
    if (/^\s*\}/.test(lines[i]) && indentOf(lines[i]) < indent) return null;
  }
  return null;
}

function rustIsTest(lines, at) {
  for (let i = at - 1; i >= 0 && /^\s*(?:#|\/\/)/.test(lines[i]); i--) if (RUST_TEST.test(lines[i])) return true;
  return false;
}

/** The function under a test attribute that follows, with only comments and attributes between. */
function rustTestBelow(lines, at) {
  // The attribute may also stand above the claim.
  let seen = rustIsTest(lines, at + 1);
  for (const line of lines.slice(at + 1)) {
    const fn = RUST_FN.exec(line);
    if (fn) return seen ? fn[2] : null;
    if (RUST_TEST.test(line)) seen = true;
    else if (!/^\s*(?:#|\/\/|\)\]|$)/.test(line) && !/^\s*proptest!/.test(line)) return null;
  }
  return null;
}

function callAround(lines, at) {
  const indent = indentOf(lines[at]);
  for (let i = at - 1; i >= 0; i--) {
    const match = JS_TEST.exec(lines[i]);
    if (match && match[1].length < indent) return match[3];
    if (/^\s*\}/.test(lines[i]) && indentOf(lines[i]) < indent) return null;
  }
  return null;
}

function callBelow(lines, at) {
  for (const line of lines.slice(at + 1)) {
    const match = JS_TEST.exec(line);
    if (match) return match[3];
    if (!/^\s*(?:\/\/|\/?\*|$)/.test(line)) return null;
  }
  return null;
}

function below(lines, at, pattern) {
  return lines.slice(at + 1, at + 12).map((line) => pattern.exec(line)?.[1]).find(Boolean) ?? null;
}

function indentOf(line) {
  return line.length - line.trimStart().length;
}

/** The catalogue with proofs, and what is wrong with the claims. */
export function survey(root = ROOT) {
  const areas = readCatalogue(linesOf(REQUIREMENTS, root));
  const errors = [];
  for (const file of files(root)) {
    if (!SOURCES.has(extname(file)) || file.startsWith("scripts/tests/fixtures/")) continue;
    const found = readClaims(file, linesOf(file, root));
    errors.push(...found.errors);
    for (const { id, ...proof } of found.claims) {
      const row = areas.get(id.replace(/-\d+$/, ""))?.rows.get(id);
      if (row) row.proofs.push(proof);
      else errors.push(`${proof.file}:${proof.line}: ${REQUIREMENTS} has no row ${id}`);
    }
  }
  return { areas, errors };
}

function counts(area) {
  const rows = [...area.rows.values()];
  return { proved: rows.filter((row) => row.proofs.length > 0).length, total: rows.length };
}

function asJson({ areas, errors }) {
  const list = [...areas].map(([id, area]) => ({
    area: id,
    title: area.title,
    ...counts(area),
    rows: [...area.rows].map(([row, { text, proofs }]) => ({ id: row, text, proofs })),
  }));
  return JSON.stringify({ areas: list, errors }, null, 2);
}

const WIDTH = 100;

function* asText(areas, { summary }) {
  if (!summary) for (const [id, area] of areas) yield* areaAsText(id, area);
  let proved = 0;
  let total = 0;
  for (const [id, area] of areas) {
    const n = counts(area);
    proved += n.proved;
    total += n.total;
    yield `${id.padEnd(6)} ${`${n.proved}/${n.total}`.padStart(7)}  ${area.title}`;
  }
  yield `${"all".padEnd(6)} ${`${proved}/${total}`.padStart(7)}`;
}

function* areaAsText(id, area) {
  const { proved, total } = counts(area);
  yield `${id} ${proved}/${total}  ${area.title}`;
  for (const [row, { proofs }] of area.rows) {
    for (const proof of proofs) yield `  ${row.padEnd(9)} ${proof.file}:${proof.line}  ${proof.test}`;
  }
  const open = [...area.rows].filter(([, row]) => row.proofs.length === 0);
  if (open.length > 0) yield "  not yet proved:";
  for (const [row, { text }] of open) yield `    ${row.padEnd(9)} ${short(text)}`;
  yield "";
}

function short(text) {
  return text.length > WIDTH ? `${text.slice(0, WIDTH - 1)}…` : text;
}

function main(args) {
  const result = survey();
  const at = args.indexOf("--area");
  if (at >= 0) {
    const wanted = args[at + 1]?.toUpperCase();
    if (!result.areas.has(wanted)) {
      console.error(`no area ${wanted ?? "given"}; there are ${[...result.areas.keys()].join(" ")}`);
      return 2;
    }
    result.areas = new Map([[wanted, result.areas.get(wanted)]]);
  }
  if (args.includes("--json")) console.log(asJson(result));
  else for (const line of asText(result.areas, { summary: args.includes("--summary") })) console.log(line);
  for (const error of result.errors) console.error(`error: ${error}`);
  return result.errors.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? join(ROOT, "none")).href) process.exitCode = main(process.argv.slice(2));
