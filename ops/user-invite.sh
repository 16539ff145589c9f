#!/bin/sh
# Mints single-use invites (1 to 99).
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
takes 0 1 "[COUNT]" $#
exec "$bin" invite -- "${1:-1}"
