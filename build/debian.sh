#!/bin/sh
# Makes sure that Debian packages are there: debian.sh PACKAGE...
# Where they cannot be installed it names them; the tests that need them then say that they are skipped.
missing=
for package in "$@"; do
  dpkg -s "$package" >/dev/null 2>&1 || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
  echo "tests that need one of these packages are skipped, because only root on Debian can install them here:$missing" >&2
  exit 0
fi
export DEBIAN_FRONTEND=noninteractive
log=$(mktemp)
install() {
  apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends "$@" >"$log" 2>&1
}
# A clean machine has no lists, and old lists name packages that are gone. One that is not to be had must not cost the others.
# shellcheck disable=SC2086 # the list is meant to be split
install $missing || {
  apt-get update >/dev/null 2>&1
  for package in $missing; do
    install "$package" || {
      echo "cannot be installed: $package" >&2
      tail -n 3 "$log" >&2
    }
  done
}
rm -f "$log"
