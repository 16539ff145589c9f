#!/bin/sh
# Mints single-use invites (1 to 99).
# shellcheck source=../ops/lib.sh
. "$(dirname "$0")/../ops/lib.sh"
takes 0 1 "[COUNT]" $#
exec "$bin" invite -- "${1:-1}"
