#!/bin/sh
# Usage: ./build.sh [setup | wasm | native | fixture | clean]
#
#   setup    what npm ci installs, if it is absent or older than the lockfile
#   wasm     build/core.wasm, what the Worker runs (the default)
#   native   build/native, the same C for this machine
#   fixture  build/fixture, a Worker with the conformance suite's tools
#   clean    removes build/
#
# WASI_SDK_PATH selects a real wasi-sdk, CJSON_DIR a folder with cJSON.c and
# cJSON.h, CC the compiler for native; VERBOSE=1 prints every command.
set -eu
cd "$(dirname "$0")"

# npm writes this file last, so it also tells a complete install from an interrupted one.
installed=node_modules/.package-lock.json

setup() {
    if ! [ -f "$installed" ] || [ package-lock.json -nt "$installed" ]; then
        if [ -L node_modules ]; then
            echo "node_modules is a link, and npm ci would empty what it points to. Remove the link." >&2
            exit 1
        fi
        echo "Installing what package-lock.json lists (npm ci) ..."
        npm ci --no-audit --no-fund --loglevel=error
        touch "$installed"
    fi
    # npm 10 links no "node" if several packages, one per platform, would bring it.
    for node in node_modules/node-*/bin/node; do
        [ -e node_modules/.bin/node ] || ! [ -x "$node" ] || ln -s "../${node#node_modules/}" node_modules/.bin/node
    done
    # wrangler dev ends a build with what ps lists, and itself where there is no ps, as in slim images: one that
    # lists nothing will do, because the build is one process.
    if ! [ -e node_modules/.bin/ps ] && ! command -v ps >/dev/null; then
        printf '#!/bin/sh\nexit 1\n' >node_modules/.bin/ps
        chmod +x node_modules/.bin/ps
    fi
}

target=${1:-wasm}
# Not when wrangler asks: it runs from what would be replaced.
[ -n "${WRANGLER_COMMAND:-}" ] || setup
[ "$target" = setup ] && exit

# The lockfile's Node, whatever the machine's is.
PATH="$PWD/node_modules/.bin:$PATH" exec node c/toolchain/build.mjs "$target"
