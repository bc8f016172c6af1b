#!/usr/bin/env bash
# The pages: what is in web/, as one npm workspace.
#
#   scripts/web.sh install   exactly what the lockfile says, unless it is there already
#   scripts/web.sh build     the pages, compressed, into web/dist
#   scripts/web.sh types | lint | test | fmt
#   scripts/web.sh journeys | screenshots | measure   in Chromium, against the built program
set -euo pipefail
cd "$(dirname "$0")/../web"

export NO_COLOR=1 CI=true

install() {
    # npm writes this file last; newer than the lockfile means that all of it is there.
    [ node_modules/.package-lock.json -nt package-lock.json ] && return
    # Nothing that is installed may run anything on this machine.
    npm ci --no-audit --no-fund --ignore-scripts --loglevel=error
    touch node_modules/.package-lock.json
}

# The client is generated from the document in the repository, each time it changed.
generate() {
    [ api/src/schema.d.ts -nt ../docs/openapi.json ] || npm run --silent generate
}

case ${1:-} in
    install) install ;;
    build | fmt | journeys | lint | measure | screenshots | test | types)
        install
        generate
        npm run --silent "$1"
        ;;
    *)
        sed -n '2,7s/^# \{0,1\}//p' "$0" >&2
        exit 2
        ;;
esac
