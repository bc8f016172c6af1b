import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { files, ROOT } from "../tree.mjs";

const read = (path) => readFileSync(join(ROOT, path), "utf8");

/** The code of a page without what is said in its language: comments, names and reasons. */
function commands(path) {
  const blocks = [...read(path).matchAll(/^```sh\n(.*?)^```/gms)].map((match) => match[1]);
  return blocks.map((block) => block.replace(/\s+#.*$/gm, "").replace(/"(name|reason)": "[^"]*"/g, '"$1": …'));
}

test("both languages of the README show the same commands", () => {
  assert.ok(commands("README.md").length > 5);
  assert.deepEqual(commands("README.zh-CN.md"), commands("README.md"));
});

test("links between pages lead somewhere", () => {
  const broken = files()
    .filter((path) => path.endsWith(".md"))
    .flatMap((path) =>
      [...read(path).matchAll(/\]\(([^)#:\s]+)(?:#[^)]*)?\)/g)]
        .filter(([, target]) => !existsSync(join(ROOT, dirname(path), target)))
        .map(([, target]) => `${path}: ${target}`),
    );
  assert.deepEqual(broken, []);
});

test("the dataset is the one its page describes", () => {
  const folder = "datasets/complete-journey";
  const sums = [...read(`${folder}/README.md`).matchAll(/^([0-9a-f]{64})  (\S+)$/gm)];
  assert.equal(sums.length, 2);
  for (const [, sum, name] of sums) {
    assert.equal(createHash("sha256").update(readFileSync(join(ROOT, folder, name))).digest("hex"), sum, name);
  }
});
