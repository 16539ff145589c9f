#!/bin/sh
# Permanently deactivates an account.
# shellcheck source=find-matrix-users.sh
. "$(dirname -- "$0")/find-matrix-users.sh"
takes 1 1 "USER" $#
# Without a terminal this cannot ask: then the caller has asked.
if [ -t 0 ] && [ -t 2 ]; then become deactivate -- "$1"; fi
become deactivate --yes -- "$1"
