#!/bin/sh
# Deactivates an account for ever.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
takes 1 1 "USER" $#
# Without a terminal nobody can be asked: then the caller has asked.
if [ -t 0 ] && [ -t 2 ]; then exec "$bin" deactivate -- "$1"; fi
exec "$bin" deactivate --yes -- "$1"
