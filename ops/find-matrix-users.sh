#!/bin/sh
# Read by the scripts beside it: finds the program, sets POCKET_ENV, and gives them `takes` and `become`.
# bootstrap/ has the same file, so that either folder can be copied alone.

# takes FEWEST MOST USAGE GIVEN: ends with the usage unless the number of arguments fits
takes() {
  if [ "$4" -lt "$1" ] || [ "$4" -gt "$2" ]; then
    echo "usage: $0 $3" >&2
    exit 2
  fi
}

cannot() {
  trap - EXIT
  printf 'matrix-users: error: %s\nhint: %s\n' "$1" "$2" >&2
  exit 2
}

cannot_execute() {
  cannot "the program cannot be executed here: $bin" "$1"
}

# become WORD...: ends as the program, called with these words
become() {
  # Only a failed exec comes to the trap: dash goes there by itself, bash only with execfail.
  # shellcheck disable=SC3044
  [ -z "${BASH_VERSION:-}" ] || shopt -s execfail
  trap 'cannot_execute "use the executable for this kind of machine, and on a phone Termux from F-Droid"' EXIT
  exec "$bin" "$@"
  exit 2
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd) || exit 2
bin=${MATRIX_USERS_BIN:-}
# The last is where `make install` puts it, seen from where it puts these scripts.
for candidate in "$here/matrix-users" "$here/../matrix-users" "$here/../dist/matrix-users" "$here/../../../bin/matrix-users"; do
  if [ -z "$bin" ] && [ -f "$candidate" ]; then bin=$candidate; fi
done
[ -n "$bin" ] || bin=$(command -v matrix-users) || bin=matrix-users
[ -f "$bin" ] || cannot "cannot find the program: $bin" "set MATRIX_USERS_BIN, or put matrix-users beside these scripts or on PATH"
[ -x "$bin" ] || cannot_execute "run chmod +x on it, or on a phone copy it to \$PREFIX/bin, since shared storage cannot execute anything"

for folder in "$here/.." "$here/../.."; do
  if [ -z "${POCKET_ENV:-}" ] && [ -f "$folder/.env" ]; then POCKET_ENV=$folder/.env; fi
done
[ -z "${POCKET_ENV:-}" ] || export POCKET_ENV
unset NODE_DEBUG PKG_EXECPATH
