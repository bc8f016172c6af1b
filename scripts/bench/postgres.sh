#!/usr/bin/env bash
# The reference for our own figures: what a careful programmer gets from PostgreSQL with one hand-written transaction an
# event: remember its key, lock the member, change the balance, write the entry. No HTTP, no rules.
#
# Starts a private PostgreSQL in a temporary folder (unix socket only, fsync on, otherwise its defaults), runs pgbench
# and prints one line of JSON. Without PostgreSQL it says so on stderr, prints nothing and succeeds. Where the program
# that loads our own store is named, it runs on the same server, in batches of 500 events, and is a second line. Where
# Jifen itself is named, single orders go over HTTP through one process and then through three, and are three more.
#
#   BENCH_STORE    the example load_store of crates/store, built
#   BENCH_JIFEN    the program jifen, built
#   BENCH_PROGRAM  the rule book it serves, programs/rulebook unless set
#   BENCH_EVENTS   how many events it commits, 200,000 unless set
#   BENCH_SECONDS  how long to measure, 15 unless set
#   BENCH_CLIENTS  connections, 16 unless set
set -euo pipefail
cd "$(dirname "$0")"

seconds=${BENCH_SECONDS:-15}
clients=${BENCH_CLIENTS:-16}
members=100000

bin=$({ find /usr/lib/postgresql/*/bin /usr/pgsql-*/bin -maxdepth 1 -name pgbench -printf "%h\n" 2>/dev/null || true; } | sort -V | tail -n 1)
[ -n "$bin" ] || ! command -v pgbench >/dev/null || bin=$(dirname "$(readlink -f "$(command -v pgbench)")")
if [ -z "$bin" ] || [ ! -x "$bin/initdb" ]; then
    echo "postgres: skipped, not installed (Debian: apt-get install postgresql)" >&2
    exit 0
fi

work=$(mktemp -d)
chmod 755 "$work"
# PostgreSQL refuses to run as root.
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    chown "$owner" "$work"
    as() { (cd "$work" && runuser -u "$owner" -- "$@"); }
fi

servers=()
finish() {
    [ ${#servers[@]} = 0 ] || kill "${servers[@]}" 2>/dev/null || true
    [ ${#servers[@]} = 0 ] || wait "${servers[@]}" 2>/dev/null || true
    [ ! -f "$work/data/postmaster.pid" ] || as "$bin/pg_ctl" -D "$work/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap finish EXIT

cp postgres-schema.sql postgres-event.sql "$work"
chmod 644 "$work"/*.sql
as "$bin/initdb" -D "$work/data" -U bench --auth=trust --encoding=UTF8 --no-locale >"$work/init.log" 2>&1 ||
    { cat "$work/init.log" >&2; exit 1; }
as "$bin/pg_ctl" -D "$work/data" -l "$work/data/log" -w \
    -o "-c listen_addresses='' -c unix_socket_directories=$work -c fsync=on -c synchronous_commit=on" start >/dev/null ||
    { cat "$work/data/log" >&2; exit 1; }

as "$bin/psql" -h "$work" -U bench -d postgres -q -v ON_ERROR_STOP=1 -v members="$members" -f "$work/postgres-schema.sql" >&2
report=$(as "$bin/pgbench" -h "$work" -U bench -n -M prepared -f "$work/postgres-event.sql" \
    -D members="$members" -c "$clients" -j 2 -T "$seconds" postgres 2>&1)

# pgbench says "tps = 5234.56 (without initial connection time)"; a figure from a run with failures is none.
tps=$(sed -n 's/^tps = \([0-9]*\).*/\1/p' <<<"$report")
latency=$(sed -n 's/^latency average = \([0-9.]*\) ms/\1/p' <<<"$report")
entries=$(as "$bin/psql" -h "$work" -U bench -d postgres -qAt -c 'select count(*) from entry')
if [ -z "$tps" ] || [ "$entries" = 0 ]; then
    printf '%s\n' "$report" >&2
    exit 1
fi
# The same server, the same number of members, our own statements: rows of real size, two keys an event.
if [ -n "${BENCH_STORE:-}" ]; then
    url="postgres://bench@${work//\//%2F}/postgres?schema=points"
    "$BENCH_STORE" "${BENCH_EVENTS:-200000}" "$members" "$url" >"$work/store.log" || { cat "$work/store.log" >&2; exit 1; }
    cat "$work/store.log" >&2
    rate=$(sed -n 's/^committed: \([0-9]*\) events.*/\1/p' "$work/store.log")
    printf '{"figure":"postgres-store","value":%s,"unit":"events/s","beside":"postgres-transaction","at_least":3,"note":"batches of 500, one after the other, loading included"}\n' "$rate"
fi
# The whole program: HTTP, the rule book, a durable answer to each single order. The load is on the same processors.
serve() {
    local log="$work/serve-${#servers[@]}.log"
    JIFEN_SANDBOX_TOKEN=bench "$BENCH_JIFEN" serve --sandbox --listen 127.0.0.1:0 --log-level error \
        --data "$work/served" --database-url "postgres://bench@${work//\//%2F}/postgres?schema=served" \
        --program "${BENCH_PROGRAM:-../../programs/rulebook}" >"$log" 2>&1 &
    servers+=($!)
    for _ in $(seq 600); do
        address=$(sed -n 's/^listening: //p' "$log")
        [ -z "$address" ] || return 0
        kill -0 "${servers[-1]}" 2>/dev/null || break
        sleep 0.1
    done
    cat "$log" >&2
    return 1
}
load() { # scenario, address, connections; gives requests a second
    "$BENCH_JIFEN" bench "$1" --url "$2" --token bench --connections "$3" --seconds "$seconds" --members "$members" --json |
        sed -n 's/.*"requests_per_second":\([0-9]*\).*/\1/p'
}
told() { # figure, value, reference, target or nothing, note
    printf '{"figure":"%s","value":%s,"unit":"requests/s","beside":"%s",%s"note":"%s"}\n' "$1" "${2:?}" "$3" "${4:+\"at_least\":$4,}" "$5"
}
ticks() { # process; hundredths of a second of processor time it took
    local stat
    stat=$(<"/proc/$1/stat")
    read -ra stat <<<"${stat##*) }"
    echo $((stat[11] + stat[12]))
}
rests() { # process; waits until it has little to do by itself: new members are told much
    local before
    for _ in $(seq 300); do
        before=$(ticks "$1")
        sleep 2
        [ $(($(ticks "$1") - before)) -gt 10 ] || return 0
    done
    echo "postgres: the server has been busy by itself for ten minutes" >&2
    return 1
}
if [ -n "${BENCH_JIFEN:-}" ]; then
    serve
    first=$address
    # Members who have bought before, as those of the hand-written transaction.
    for _ in 1 2 3; do load batches "$first" 4 >/dev/null; done
    rests "${servers[0]}"
    for connections in 64 256; do
        told "postgres-orders-$connections" "$(load orders "$first" "$connections")" postgres-transaction 3 \
            "one process, $connections connections, the whole rule book"
    done
    addresses=("$first")
    for _ in 2 3; do
        serve
        addresses+=("$address")
    done
    loads=()
    for address in "${addresses[@]}"; do
        load orders "$address" 22 >"$work/load-${#loads[@]}" &
        loads+=($!)
    done
    # Each must have gone well: a sum that lacks one is none.
    for pid in "${loads[@]}"; do wait "$pid"; done
    sum=0
    for place in 0 1 2; do
        rate=$(cat "$work/load-$place")
        sum=$((sum + ${rate:?}))
    done
    told postgres-three-processes "$sum" postgres-orders-64 "" "three processes, 22 connections each"
fi
version=$("$bin/postgres" --version | sed 's/^postgres (PostgreSQL) //')
printf '{"figure":"postgres-transaction","value":%s,"unit":"events/s","latency_ms":%s,"note":"PostgreSQL %s, %s clients, %s s, %s entries"}\n' \
    "$tps" "$latency" "$version" "$clients" "$seconds" "$entries"
