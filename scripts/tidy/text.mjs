// Checks that read files: length, front pages, unfinished work, machine paths, sorted lists, features apart.

import { posix } from "node:path";
import { LINES_MAX, MACHINE_PATH, MAY_SAY, NOT_FEATURES, OVERLONG, UNFINISHED } from "./rules.mjs";

const inSources = (path) => /^crates\/[^/]+\/src\/.+\.rs$/.test(path);
const inPages = (path) => /^web\/[^/]+\/src\/.+\.tsx?$/.test(path);
const isTests = (path) => /(^|[/_])tests(\.rs$|\/)/.test(path);

/** No source file grows past one sitting. */
export function length(path, lines, { overlong = OVERLONG } = {}) {
  if (!inSources(path) && !inPages(path)) return [];
  const count = lines.length - (lines.at(-1) === "" ? 1 : 0);
  const allowed = overlong[path];
  if (allowed === undefined) {
    return count > LINES_MAX ? [`${path}: ${count} lines, ${LINES_MAX} are allowed: is there a second room inside?`] : [];
  }
  if (count > allowed) return [`${path}: ${count} lines, it may only shrink from ${allowed}`];
  if (count <= LINES_MAX) return [`${path}: short enough now, take it off the list in scripts/tidy/rules.mjs`];
  return [];
}

/** Every module begins by saying what it is. */
export function frontPage(path, lines) {
  if (!inSources(path) || isTests(path)) return [];
  const first = lines.find((line) => line.trim() !== "" && !line.startsWith("#!["));
  return first?.startsWith("//!") ? [] : [`${path}: begins without a front page (//! what this is for)`];
}

/** Nothing unfinished, and no path of somebody's machine. */
export function words(path, lines) {
  if (MAY_SAY.includes(path)) return [];
  return lines.flatMap((line, index) => {
    const where = `${path}:${index + 1}`;
    if (MACHINE_PATH.test(line)) return [`${where}: names a path of one machine: ${line.trim()}`];
    if (!path.endsWith(".md") && UNFINISHED.test(line)) return [`${where}: unfinished: ${line.trim()}`];
    return [];
  });
}

/** Lists under a comment that says only "sorted" are sorted, one entry a line. */
export function sortedLists(path, lines) {
  if (path.endsWith(".md")) return [];
  return lines.flatMap((line, at) => (/^\s*(?:\/\/|#) sorted$/.test(line) ? sortedBelow(path, lines, at) : []));
}

function sortedBelow(path, lines, at) {
  // The mark stands inside the list, or above the line that opens it.
  const opening = /[[{(]$/;
  const opens = !opening.test(lines[at - 1] ?? "") && opening.test(lines[at + 1] ?? "");
  const start = opens ? at + 2 : at + 1;
  const indent = indentOf(lines[start] ?? "");
  const entries = [];
  for (let i = start; i < lines.length && lines[i].trim() !== "" && indentOf(lines[i]) >= indent; i++) {
    const text = lines[i].trim();
    // Deeper lines and closing brackets belong to the entry above them, comments and attributes to the one below.
    if (indentOf(lines[i]) > indent || /^[\])}]/.test(text)) entries.at(-1)?.text.push(text);
    else if (!/^(?:\/\/|#)/.test(text)) entries.push({ line: i + 1, text: [text] });
  }
  for (const entry of entries) entry.key = keyOf(entry.text.join(" "));
  if (entries.length < 2) return [`${path}:${at + 1}: marked as sorted, but no list follows`];
  const slip = entries.findIndex((entry, i) => i > 0 && entries[i - 1].key > entry.key);
  if (slip < 0) return [];
  return [`${path}:${entries[slip].line}: "${entries[slip].key}" belongs before "${entries[slip - 1].key}"`];
}

/** What an entry is sorted by: the name that a row such as `row("name", …)` or `Row { name: "name", … }` gives, else all. */
function keyOf(text) {
  const named = /^[\w:]+\s*[({][^"]*"([^"]*)"/.exec(text);
  return named ? named[1] : text.replace(/^pub(?:\([^)]*\))? /, "").replace(/[,;]$/, "");
}

function indentOf(line) {
  return line.length - line.trimStart().length;
}

const PROGRAM = "crates/program/src/";

/** Features of the program do not know each other; where they meet, a flow has a name. Takes all files at once. */
export function featuresApart(all, { notFeatures = NOT_FEATURES } = {}) {
  const roomOf = (path) => path.slice(PROGRAM.length).split("/")[0].replace(/\.rs$/, "");
  const rooms = all.filter(({ path }) => path.startsWith(PROGRAM) && path.endsWith(".rs"));
  const features = new Set(rooms.map(({ path }) => roomOf(path)).filter((room) => !notFeatures.includes(room)));
  return rooms.flatMap(({ path, lines }) => {
    const own = roomOf(path);
    if (!features.has(own)) return [];
    return neighbors(lines.join("\n"), path)
      .filter((name) => name !== own && features.has(name))
      .map((name) => `${path}: ${own} uses ${name}: features meet in flows/, shared nouns move down to vocab`);
  });
}

/** Features of a page do not import each other either; what they share lies beside `features/`. */
export function pageFeaturesApart(path, lines) {
  const room = (target) => /^web\/[^/]+\/src\/features\/[^/]+/.exec(target)?.[0];
  const own = room(path);
  if (!inPages(path) || !own) return [];
  const imports = [...lines.join("\n").matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']*)["']/g)].map((match) => match[1]);
  return imports
    .map((name) => room(posix.join(posix.dirname(path), name)))
    .filter((used) => used && used !== own)
    .map((used) => `${path}: uses ${used}: features do not import each other, what they share lies beside features/`);
}

/** The first names after `crate::` (and `super::` where that is the crate's root), groups included. */
function neighbors(text, path) {
  const code = text.replace(/^\s*\/\/.*$/gm, "");
  const depth = path.slice(PROGRAM.length).split("/").filter((part) => part !== "mod.rs").length;
  const root = `(?:crate|${Array(depth).fill("super").join("::")})::`;
  const names = [...code.matchAll(new RegExp(`\\b${root}(\\w+)`, "g"))].map((match) => match[1]);
  for (const group of code.matchAll(new RegExp(`\\b${root}\\{`, "g"))) {
    names.push(...firstNames(code, group.index + group[0].length));
  }
  return [...new Set(names)];
}

/** The first segments of the entries of a `use` group that begins at `at`. */
function firstNames(code, at) {
  const names = [];
  let depth = 1;
  let entry = "";
  for (let i = at; i < code.length && depth > 0; i++) {
    const c = code[i];
    if (c === "{") depth++;
    if (c === "}") depth--;
    if (depth === 1 && c === "," || depth === 0) {
      names.push(entry.trim().split("::")[0]);
      entry = "";
    } else entry += c;
  }
  return names.filter(Boolean);
}
