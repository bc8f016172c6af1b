// Checks of the walls between crates: who may name whom, and what must not be below a crate that only decides.

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../tree.mjs";
import { IMPURE, MAY_USE, PURE } from "./rules.mjs";

/** Imports only go down: the manifests of our crates, development dependencies included. */
export function direction(packages, { mayUse = MAY_USE } = {}) {
  return packages.flatMap(({ name, dependencies }) => {
    const allowed = mayUse[name];
    if (!allowed) return [`${name}: a new crate: say in scripts/tidy/rules.mjs what it may use`];
    return dependencies
      .map((dependency) => dependency.name)
      .filter((used) => used.startsWith("jifen-") && used !== name && !allowed.includes(used))
      .map((used) => `${name}: may not depend on ${used}: imports only go down`);
  });
}

/** Nothing below a pure crate can wait, draw, read a file or talk to anyone. `names` is its whole closure. */
export function purity(crate, names, { impure = IMPURE } = {}) {
  return names.filter((name) => impure.includes(name)).map((name) => `${crate}: has ${name} below it, and must stay pure`);
}

/** Clippy reads the file nearest to the crate and does not merge, so the pure crates carry the same one four times. */
export function sameWalls(root = ROOT) {
  const texts = PURE.map((name) => `crates/${name.replace("jifen-", "")}/clippy.toml`).map((path) => ({
    path,
    text: existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : null,
  }));
  return texts
    .filter(({ text }) => text === null || text !== texts[0].text)
    .map(({ path, text }) => (text === null ? `${path}: is missing` : `${path}: differs from ${texts[0].path}`));
}

/** Our crates as cargo sees them. */
export function ourPackages() {
  return JSON.parse(cargo("metadata", "--format-version", "1", "--no-deps")).packages;
}

/** Everything below a crate in a normal build. */
export function closure(crate) {
  const lines = cargo("tree", "-p", crate, "-e", "normal", "--prefix", "none", "--format", "{p}").split("\n");
  return [...new Set(lines.map((line) => line.split(" ")[0]).filter(Boolean))].filter((name) => name !== crate);
}

function cargo(...args) {
  return execFileSync("cargo", [...args, "--locked"], { cwd: ROOT, maxBuffer: 64 << 20, stdio: ["ignore", "pipe", "pipe"] }).toString();
}
