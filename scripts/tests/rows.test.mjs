import assert from "node:assert/strict";
import { test } from "node:test";
import { readCatalogue, readClaims, survey } from "../rows.mjs";

const rust = (text) => readClaims("crates/a/src/tests.rs", text.split("\n"));
const ids = ({ claims }) => claims.map(({ id, test }) => `${id} ${test}`);

test("the catalogue has every row of the document once", () => {
  const { areas } = survey();
  assert.equal(areas.size, 31);
  assert.equal(areas.get("EARN").rows.size, 22);
  assert.equal(areas.get("EARN").title, "Earning – purchase");
  assert.match(areas.get("EARN").rows.get("EARN-05").text, /reaching 200 yuan/);
});

test("a row is read with its text, whatever the text holds", () => {
  const areas = readCatalogue(["## 2 Earning – purchase", "| EARN-01 | one | two | S3, S4 |", "| C1 | topic | values |"]);
  assert.deepEqual([...areas.get("EARN").rows.keys()], ["EARN-01"]);
  assert.equal(areas.get("EARN").rows.get("EARN-01").text, "one | two");
});

test("a claim above a Rust test names it, attributes and comments between", () => {
  const found = rust("    // row EARN-05\n    /// From 200 yuan.\n    #[test]\n    fn a_step_rate() {\n    }\n");
  assert.deepEqual(found, {
    claims: [{ id: "EARN-05", file: "crates/a/src/tests.rs", line: 1, test: "a_step_rate" }],
    errors: [],
  });
});

test("claims stack, list several rows, and may stand under the attribute", () => {
  assert.deepEqual(ids(rust("// row EARN-01\n// rows EARN-02, EXP-03\n#[test]\nfn a() {}\n")), ["EARN-01 a", "EARN-02 a", "EXP-03 a"]);
  assert.deepEqual(ids(rust("#[tokio::test]\n// row EARN-01\nasync fn b() {}\n")), ["EARN-01 b"]);
});

test("a claim inside a Rust test names that test and not the next", () => {
  const text = "#[test]\nfn first() {\n    let x = {\n        1\n    };\n    // row EARN-01\n}\n\n#[test]\nfn second() {}\n";
  assert.deepEqual(ids(rust(text)), ["EARN-01 first"]);
});

test("a claim between two tests names the one below", () => {
  const text = "mod tests {\n    #[test]\n    fn first() {\n    }\n\n    // row EARN-01\n    #[test]\n    fn second() {\n    }\n}\n";
  assert.deepEqual(ids(rust(text)), ["EARN-01 second"]);
});

test("a property in proptest counts", () => {
  assert.deepEqual(ids(rust("proptest! {\n    // row VAL-01\n    #[test]\n    fn sums(x in 0..9) {\n    }\n}\n")), ["VAL-01 sums"]);
});

test("a claim on code that is no test is an error", () => {
  assert.match(rust("// row EARN-01\nfn helper() {}\n").errors[0], /tests\.rs:1: no test stands/);
  assert.match(rust("// row EARN-01\nstruct A;\n#[test]\nfn far() {}\n").errors[0], /no test stands/);
  assert.match(rust("fn helper() {\n    // row EARN-01\n    one();\n}\n#[test]\nfn far() {}\n").errors[0], /no test stands/);
});

test("a malformed claim is an error, prose is not", () => {
  for (const slip of ["// row EARN05", "// row EARN-05 half of it", "// rows EARN-05 EARN-06", "// row EARN-"]) {
    assert.equal(rust(`${slip}\n#[test]\nfn a() {}\n`).errors.length, 1, slip);
  }
  assert.deepEqual(rust("// row by row\n// rows of it\n#[test]\nfn a() {}\n"), { claims: [], errors: [] });
});

test("other languages claim too", () => {
  const js = readClaims("web/a.test.ts", ["// row MEM-01", 'test("shows the balance", () => {', "  // row MEM-02", "});"]);
  assert.deepEqual(ids(js), ["MEM-01 shows the balance", "MEM-02 shows the balance"]);
  const py = readClaims("a.py", ["# row REL-01", "def test_drill():"]);
  assert.deepEqual(ids(py), ["REL-01 test_drill"]);
  const yaml = readClaims("programs/a/examples.yaml", ["# row EARN-21", "- name: a month of 825 points"]);
  assert.deepEqual(ids(yaml), ["EARN-21 a month of 825 points"]);
});

test("a claim above a JavaScript test that runs over a table names it", () => {
  const text = "// row EARN-01\nit.each([\"a\", `b`])(\"earns: %s\", (kind) => {\n});\n";
  assert.deepEqual(ids(readClaims("web/a/src/a.test.ts", text.split("\n"))), ["EARN-01 earns: %s"]);
});
