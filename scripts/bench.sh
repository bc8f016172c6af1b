#!/usr/bin/env bash
# Measures Jifen and its references in one run on this machine, and prints each figure beside its reference.
#
# Every measurement prints lines of JSON: {"figure", "value", "unit", "beside"?: another figure or a number,
# "at_least"? or "at_most"?: the ratio or value that is the target, "note"?}. scripts/bench/table.mjs reads them.
set -euo pipefail
cd "$(dirname "$0")/.."

scripts/setup.sh build
target=${CARGO_TARGET_DIR:-target}
results=$target/bench.jsonl
: >"$results"

echo "Building …"
scripts/web.sh build
cargo build --release --locked -p jifen-cli --bin jifen
cargo build --release --locked -p jifen-store --example load_store

echo "PostgreSQL, one hand-written transaction an event …"
BENCH_STORE="$(realpath "$target")/release/examples/load_store" BENCH_JIFEN="$(realpath "$target")/release/jifen" \
    scripts/bench/postgres.sh | tee -a "$results"

if "$target/release/jifen" bench --help >/dev/null 2>&1; then
    echo "Jifen …"
    "$target/release/jifen" bench --suite --json --work "$target" --program programs/rulebook \
        --orders datasets/complete-journey/complete-journey-orders.ndjson.zst | tee -a "$results"
    echo "Pages …"
    scripts/setup.sh test
    JIFEN_BIN=$(realpath "$target/release/jifen") BENCH_RESULTS=$(realpath "$results") scripts/web.sh measure
else
    echo "Jifen: skipped, this build has no load generator (jifen bench)" >&2
fi

echo
node scripts/bench/table.mjs "$results"
