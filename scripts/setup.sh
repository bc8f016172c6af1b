#!/usr/bin/env bash
# Installs what is missing on a bare Debian with Rust, Node and make.
#
#   scripts/setup.sh build     what building and running needs: a C compiler (SQLite is compiled along), npm for the pages
#   scripts/setup.sh test      the same, and Python's venv, rustfmt, clippy, PostgreSQL, and Chromium with a Chinese font
#
# As root it installs Debian packages itself; as anyone else it prints the command to run and stops.
set -euo pipefail
cd "$(dirname "$0")/.."

need=${1:-build}
missing=()

stop() {
    printf 'setup: %s\n' "$@" >&2
    exit 1
}

command -v cargo >/dev/null || stop "Rust is missing: install it from https://rustup.rs and start again"
command -v node >/dev/null || stop "Node is missing: Debian has it (apt-get install nodejs), version 20.19 or later"
node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' ||
    stop "Node $(node --version) is too old: 20.19 or later is needed"

command -v cc >/dev/null || missing+=(build-essential)
command -v npm >/dev/null || missing+=(npm)

if [ "$need" = test ]; then
    for component in rustfmt clippy; do
        case $component in rustfmt) probe=fmt ;; clippy) probe=clippy ;; esac
        cargo "$probe" --version >/dev/null 2>&1 && continue
        command -v rustup >/dev/null || stop "cargo $probe is missing: add the component $component to your Rust"
        rustup component add "$component"
    done
    python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
    command -v chromium >/dev/null || missing+=(chromium)
    # Tests start servers of their own; that of the package is not wanted.
    [ -n "$(find /usr/lib/postgresql -maxdepth 3 -name initdb -print -quit 2>/dev/null)" ] || command -v initdb >/dev/null ||
        missing+=(postgresql)
    # Pages are Chinese first; without a font every sign would be an empty box, equally wide and never wrong.
    [ -n "$(find /usr/share/fonts ~/.fonts ~/.local/share/fonts \( -iname '*cjk*' -o -iname '*wqy*' \) -print -quit 2>/dev/null)" ] ||
        missing+=(fonts-noto-cjk)
fi

if [ ${#missing[@]} -gt 0 ]; then
    command -v apt-get >/dev/null || stop "missing, and there is no apt-get to install them: ${missing[*]}"
    if [ "$(id -u)" != 0 ]; then
        stop "missing: ${missing[*]}" "run: sudo apt-get update && sudo apt-get install -y ${missing[*]}" "then start again"
    fi
    echo "setup: installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    case " ${missing[*]} " in *" postgresql "*)
        mkdir -p /etc/postgresql-common
        [ -e /etc/postgresql-common/createcluster.conf ] ||
            echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
        ;;
    esac
    apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold "${missing[@]}"
fi
