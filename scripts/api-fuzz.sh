#!/usr/bin/env bash
# Starts a server on a store of its own and lets Schemathesis try to break it, guided by the server's own OpenAPI
# document. The seed is fixed, so a finding comes again; the run is bounded, so it never takes long.
#
#   JIFEN_BIN      the program, target/debug/jifen unless set
#   FUZZ_EXAMPLES  tries for each operation, 40 unless set (make fuzz sets more)
#   FUZZ_SECONDS   the longest the main pass may take, 420 unless set
#   FUZZ_SEED      20260618 unless set
set -euo pipefail
cd "$(dirname "$0")/.."

SCHEMATHESIS=4.32.5
target=$(realpath -m "${CARGO_TARGET_DIR:-target}")
jifen=${JIFEN_BIN:-$target/debug/jifen}
venv=$target/venv
work=$(mktemp -d)
# What Schemathesis leaves behind, reports included; begun anew each time, so that a run depends on its seed alone.
reports=$target/api-fuzz
server=

finish() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$work"
}
trap finish EXIT

if [ "$("$venv/bin/python" -m pip show schemathesis 2>/dev/null | sed -n 's/^Version: //p')" != "$SCHEMATHESIS" ]; then
    echo "installing schemathesis $SCHEMATHESIS into $venv"
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "schemathesis==$SCHEMATHESIS"
fi

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
token=$(node -e 'console.log(require("crypto").randomBytes(24).toString("hex"))')
url=http://127.0.0.1:$port
log=$reports/server.log
rm -rf "$reports"
mkdir -p "$reports"

env -u JIFEN_DATABASE_URL JIFEN_SANDBOX_TOKEN="$token" "$jifen" serve --data "$work/data" --listen "127.0.0.1:$port" \
    --program programs/rulebook --sandbox >"$log" 2>&1 &
server=$!

for ((i = 0; ; i++)); do
    kill -0 "$server" 2>/dev/null || { echo "the server did not start:"; cat "$log"; exit 1; }
    node -e 'fetch(process.argv[1]).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))' "$url/health/ready" && break
    [ "$i" -lt 150 ] || { echo "the server is not ready after a minute:"; tail -n 20 "$log"; exit 1; }
    sleep 0.3
done

# try NAME SECONDS ARGUMENTS…: one bounded pass; prints its count in the form that scripts/test.sh adds up.
try() {
    local name=$1 seconds=$2 status=0
    shift 2
    timeout --kill-after=10 "$seconds" env --chdir="$reports" "$venv/bin/schemathesis" run "$url/openapi.json" \
        --header "Authorization: Bearer $token" \
        --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
        --seed "${FUZZ_SEED:-20260618}" --request-timeout 10 --generation-database none --no-color \
        --report junit --report-junit-path "$reports/$name.xml" "$@" || status=$?
    [ "$status" -ne 124 ] && [ "$status" -ne 137 ] || { echo "the pass $name took longer than $seconds s"; return 1; }
    kill -0 "$server" 2>/dev/null || { echo "the server is gone:"; tail -n 40 "$log"; return 1; }
    node scripts/junit.mjs "$reports/$name.xml" || return 1
    return "$status"
}

# A clock that has jumped far ahead makes every later event too late, so the clock is tried last and alone.
status=0
try main "${FUZZ_SECONDS:-420}" --phases examples,coverage,fuzzing --max-examples "${FUZZ_EXAMPLES:-40}" \
    --exclude-path /v1/sandbox/clock || status=1
try clock 90 --phases examples,coverage,fuzzing --max-examples 20 --include-path /v1/sandbox/clock || status=1
exit $status
