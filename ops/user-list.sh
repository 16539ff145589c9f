#!/bin/sh
# Lists the accounts of the homeserver.
# shellcheck source=find-matrix-users.sh
. "$(dirname -- "$0")/find-matrix-users.sh"
takes 0 0 "" $#
become list
