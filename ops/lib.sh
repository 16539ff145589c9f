#!/bin/sh
# Read by the scripts here and in ../bootstrap: gives them $bin, the program, and POCKET_ENV.

# takes FEWEST MOST USAGE GIVEN: ends with the usage unless the number of arguments fits
takes() {
  if [ "$4" -lt "$1" ] || [ "$4" -gt "$2" ]; then
    echo "usage: $0 $3" >&2
    exit 2
  fi
}

cannot() {
  echo "matrix-users: error: $1" >&2
  echo "hint: $2" >&2
  exit 2
}

here=$(cd "$(dirname "$0")" && pwd) || exit 2
bin=${MATRIX_USERS_BIN:-}
for candidate in "$here/matrix-users" "$here/../matrix-users" "$here/../dist/matrix-users"; do
  if [ -z "$bin" ] && [ -f "$candidate" ]; then bin=$candidate; fi
done
[ -n "$bin" ] || bin=$(command -v matrix-users) || bin=matrix-users
[ -f "$bin" ] || cannot "the program is not found: $bin" "set MATRIX_USERS_BIN, or put matrix-users beside these scripts or on PATH"
[ -x "$bin" ] || cannot "the program cannot be executed here: $bin" "chmod +x it; shared storage of a phone cannot execute at all: copy it to \$PREFIX/bin"

for folder in "$here/.." "$here/../.."; do
  if [ -z "${POCKET_ENV:-}" ] && [ -f "$folder/.env" ]; then POCKET_ENV=$folder/.env; fi
done
[ -z "${POCKET_ENV:-}" ] || export POCKET_ENV
unset NODE_DEBUG PKG_EXECPATH
