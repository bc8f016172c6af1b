// The files of the project, as the scripts see them.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

// Only for a copy without git (a release archive); git itself asks .gitignore.
const NOT_OURS = new Set([".git", "data", "node_modules", "target"]);

const TEXT = new Set([".css", ".csv", ".html", ".json", ".md", ".mjs", ".py", ".rs", ".sh", ".sql", ".toml", ".ts", ".tsx", ".yaml", ".yml"]);
const TEXT_NAMES = new Set(["Makefile", "run", "Dockerfile"]);

/** Paths of all files that are or would be tracked, relative to `root`, with forward slashes, sorted. */
export function files(root = ROOT) {
  return (fromGit(root) ?? walk(root, root)).filter((path) => existsSync(join(root, path))).sort();
}

/** Whether a path holds text that people write. */
export function isText(path) {
  return TEXT.has(extname(path)) || TEXT_NAMES.has(path.split("/").at(-1));
}

/** The lines of a file. */
export function linesOf(path, root = ROOT) {
  return readFileSync(join(root, path), "utf8").split(/\r?\n/);
}

function fromGit(root) {
  if (!existsSync(join(root, ".git"))) return null;
  const list = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    maxBuffer: 64 << 20,
  });
  return [...new Set(list.toString().split("\0").filter(Boolean))];
}

function walk(root, folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OURS.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return walk(root, path);
    return entry.isFile() ? [relative(root, path).split(sep).join("/")] : [];
  });
}
