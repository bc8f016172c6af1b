#!/usr/bin/env bash
# Builds Jifen, gives it a year of real purchases the first time, and serves it.
#
#   JIFEN_PORT   the port to listen on, 8080 unless set
#   JIFEN_DATA   the folder of the store, data/ unless set; delete it to begin again
set -euo pipefail
cd "$(dirname "$0")/.."

port=${JIFEN_PORT:-8080}
pay_port=$((port + 1))
data=${JIFEN_DATA:-data}
program=programs/rulebook
orders=datasets/complete-journey/complete-journey-orders.ndjson.zst
jifen=${CARGO_TARGET_DIR:-target}/release/jifen

# The demo has a store of its own; a database meant for something else must not receive a year of strangers' purchases.
unset JIFEN_DATABASE_URL

scripts/setup.sh build
scripts/web.sh build
echo "Building (some minutes the first time) …"
cargo build --release --locked -p jifen-cli --bin jifen

if [ ! -d "$data" ] || [ -z "$(ls -A "$data")" ]; then
    # Filled elsewhere and moved when complete, so that a start that was interrupted leaves nothing half filled.
    filling=${CARGO_TARGET_DIR:-target}/filling
    rm -rf "$filling"
    echo "Replaying a year of purchases of 2,469 households, moved so that it ends before today …"
    "$jifen" replay "$orders" --data "$filling" --program "$program" --shift-to "$(date +%F)"
    [ ! -d "$data" ] || rmdir "$data"
    mv "$filling" "$data"
else
    echo "Using the store in $data/ (delete the folder to begin again)."
fi

cat <<EOF

  The member app   http://127.0.0.1:$port/
  The console      http://127.0.0.1:$port/console
  The API          http://127.0.0.1:$port/docs
  Demo payments    http://127.0.0.1:$pay_port/

The token below may do everything in this sandbox: send it as "Authorization: Bearer …". In the console sign in as lin
(owner), wei (rules reviewer) or he (customer service) with the password below, and a code from:

  $jifen staff code lin --data $data

Members sign in by e-mail or telephone; their codes are at GET /v1/sandbox/messages. Ctrl-C stops.

EOF
JIFEN_PAY_SECRET=$(head -c 24 /dev/urandom | base64)
export JIFEN_PAY_SECRET
"$jifen" pay-provider --listen "127.0.0.1:$pay_port" >/dev/null &
provider=$!
# The server takes the place of this shell, so that whoever stops it stops the server; the stand-in follows.
(while kill -0 $$ 2>/dev/null; do sleep 1; done; kill "$provider") >/dev/null 2>&1 &
exec "$jifen" serve --data "$data" --listen "127.0.0.1:$port" --program "$program" --sandbox \
    --pay-url "http://127.0.0.1:$pay_port"
