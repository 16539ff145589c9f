#!/bin/sh
# Makes sure that Debian packages are there: debian.sh PACKAGE...
# Where they cannot be installed it names them, and the tests that need them say that they are skipped.
missing=
for package in "$@"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "not installed, and apt-get is not allowed here:$missing" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
# shellcheck disable=SC2086 # the list is meant to be split
{ apt-get update && apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1 || {
  echo "cannot be installed:$missing" >&2
  tail -n 5 "$log" >&2
}
rm -f "$log"
