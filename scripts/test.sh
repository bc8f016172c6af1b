#!/usr/bin/env bash
# Everything that must hold before a change goes in, stage by stage; stops at the first stage that fails.
#
#   scripts/test.sh            all stages
#   scripts/test.sh rows tidy  only these (setup runs always)
#
# The last line is "N passed, N failed": the tests of all stages that ran.
set -uo pipefail
cd "$(dirname "$0")/.."

export CARGO_TERM_COLOR=never NO_COLOR=1 RUST_BACKTRACE=1
target=${CARGO_TARGET_DIR:-target}
logs=$target/test-logs
mkdir -p "$logs"

passed=0
failed=0
table=()

# ── the stages, in their order ──────────────────────────────────────────────────────────────────────────────────────

stage_setup() { scripts/setup.sh test; }

stage_fmt() { cargo fmt --all --check; }

stage_tidy() { node scripts/tidy.mjs; }

stage_rows() { node scripts/rows.mjs --summary; }

stage_scripts() { node --test --test-reporter=spec scripts/tests/*.test.mjs; }

# The pages come before the program, which takes them along.
stage_pages() { scripts/web.sh install && scripts/web.sh build; }

stage_web() { scripts/web.sh types && scripts/web.sh lint && scripts/web.sh test; }

# Warnings are errors here and not in Cargo.toml, so that a newer compiler never breaks somebody's build.
stage_clippy() { cargo clippy --workspace --all-targets --locked -- -D warnings; }

# All targets, as the tests are built: without them a few libraries have fewer features, and everything above them, the
# server included, would be compiled twice.
stage_build() { cargo build --workspace --all-targets --locked; }

stage_unit() { cargo test --workspace --locked --no-fail-fast; }

stage_programs() {
    local program
    for program in programs/*/; do
        [ -d "$program" ] || continue
        "$target/debug/jifen" program check "$program" && "$target/debug/jifen" program test "$program" || return 1
    done
}

stage_generated() {
    "$target/debug/jifen" openapi | diff -u docs/openapi.json - ||
        { echo "docs/openapi.json is not what the code says: run make openapi"; return 1; }
}

# What people do, in a browser against the program that was just built.
stage_journeys() { JIFEN_BIN=$(realpath "$target/debug/jifen") scripts/web.sh journeys; }

stage_api() { JIFEN_BIN=$target/debug/jifen scripts/api-fuzz.sh; }

STAGES="setup fmt tidy rows scripts pages clippy web build unit programs generated journeys api"

# Begun with the stage of that name, because each of the two leaves a processor idle now and then; gathered in its turn.
BESIDE_clippy=web

# ── running and counting ────────────────────────────────────────────────────────────────────────────────────────────

# Adds up what the tools of a stage say at their end: cargo test, node --test, Vitest, and our own "N passed, N failed".
count() {
    awk '
        /^test result: /                 { for (i = 1; i < NF; i++) { if ($(i+1) ~ /^passed/) p += $i; if ($(i+1) ~ /^failed/) f += $i } }
        /^[^ ]+ pass [0-9]+$/            { p += $3 }
        /^[^ ]+ fail [0-9]+$/            { f += $3 }
        /^ +Tests  /                     { for (i = 2; i <= NF; i++) { if ($i == "passed") p += $(i-1); if ($i == "failed") f += $(i-1) } }
        /^[a-z]+: [0-9]+ passed, [0-9]+ failed$/ { p += $2; f += $4 }
        END                              { print p + 0, f + 0 }
    ' "$1"
}

finish() {
    printf '\n%-12s %-8s %8s %8s %8s\n' stage result seconds passed failed
    printf '%s\n' "${table[@]}"
    [ -z "${1:-}" ] || printf '\nStage "%s" failed; its output is above and in %s/%s.log\n' "$1" "$logs" "$1"
    printf '\n%d passed, %d failed\n' "$passed" "$failed" | tee "$logs/summary"
    [ -z "${1:-}" ]
    exit
}

wanted=${*:-$STAGES}
for name in setup $wanted; do
    case " $STAGES " in *" $name "*) ;; *) echo "no stage $name; there are: $STAGES" >&2; exit 2 ;; esac
done

# has NAME: whether that stage is to run.
has() { case " setup $wanted " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# Runs a stage and notes how it ended and how long it took.
run() {
    local began=$SECONDS status
    rm -f "$logs/$1.end"
    "stage_$1" 2>&1
    status=$?
    echo "$status $((SECONDS - began))" >"$logs/$1.end"
}

beside=
pid=
# Whoever stops early leaves nothing running.
trap '[ -z "$pid" ] || kill -- "-$pid" 2>/dev/null' EXIT

for name in $STAGES; do
    has "$name" || continue
    printf '── %s\n' "$name"
    with=BESIDE_$name
    if [ -n "${!with:-}" ] && has "${!with}"; then
        beside=${!with}
        set -m
        run "$beside" >"$logs/$beside.log" </dev/null &
        pid=$!
        set +m
    fi
    if [ "$name" = "$beside" ]; then
        wait "$pid"
        pid=
        cat "$logs/$name.log"
    else
        run "$name" | tee "$logs/$name.log"
    fi
    read -r status seconds <"$logs/$name.end"
    read -r good bad < <(count "$logs/$name.log")
    # A stage can fail without a test of its own: that is one failure, not none.
    [ "$status" -eq 0 ] || [ "$bad" -gt 0 ] || bad=1
    passed=$((passed + good))
    failed=$((failed + bad))
    result=ok
    [ "$status" -eq 0 ] && [ "$bad" -eq 0 ] || result=FAILED
    table+=("$(printf '%-12s %-8s %8d %8d %8d' "$name" "$result" "$seconds" "$good" "$bad")")
    [ "$result" = ok ] || finish "$name"
done
finish
