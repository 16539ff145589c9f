#!/bin/sh
# Mints single-use invites: COUNT, or one.
# shellcheck source=find-matrix-users.sh
. "$(dirname -- "$0")/find-matrix-users.sh"
takes 0 1 "[COUNT]" $#
become invite -- "${1-1}"
