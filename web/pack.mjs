// Packs the built pages: beside each file that is worth it, the same compressed with Brotli and gzip at their strongest.
// The server sends those bytes as they are; nothing is compressed while somebody waits.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const DIST = join(import.meta.dirname, "dist");
const WORTH_IT = new Set([".css", ".html", ".js", ".json", ".svg", ".txt", ".webmanifest"]);

for (const path of walk(DIST)) {
  if (!WORTH_IT.has(extname(path))) continue;
  const bytes = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeIfSmaller(`${path}.br`, brotliCompressSync(bytes, { params }), bytes);
  writeIfSmaller(`${path}.gz`, gzipSync(bytes, { level: 9 }), bytes);
}

function writeIfSmaller(path, packed, bytes) {
  if (packed.length < bytes.length) writeFileSync(path, packed);
}

function walk(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}
