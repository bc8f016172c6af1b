// What the member app loads before its first page is useful, compressed with gzip, may not pass the budget.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const BYTES_MAX = 200_000;
const APP = join(import.meta.dirname, "dist/member");

/** A file and everything that it names to be loaded with it; what is only loaded on demand does not count. */
function load(path, loaded) {
  if (loaded.has(path)) return;
  const text = readFileSync(join(APP, path), "utf8");
  loaded.set(path, gzipSync(text, { level: 9 }).length);
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
  const named = path.endsWith(".html")
    ? [...text.matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)].map((match) => match[1])
    : [...text.matchAll(/(?:^|[;}\s])(?:import|export)\b[^"'`();]*?["']\.\/([^"']+\.js)["']/g)].map(
        (match) => `${folder}/${match[1]}`,
      );
  for (const next of named) load(next, loaded);
}

const loaded = new Map();
load("index.html", loaded);
const bytes = [...loaded.values()].reduce((sum, size) => sum + size, 0);
for (const [path, size] of loaded) console.log(`${String(size).padStart(8)}  ${path}`);
const fits = loaded.size > 2 && bytes < BYTES_MAX;
console.log(`${String(bytes).padStart(8)}  of ${BYTES_MAX} bytes for the first load of the member app`);
console.log(`budget: ${fits ? 1 : 0} passed, ${fits ? 0 : 1} failed`);
process.exitCode = fits ? 0 : 1;
