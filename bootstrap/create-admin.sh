#!/bin/sh
# Makes the operator's account and its credentials file.
# shellcheck source=find-matrix-users.sh
. "$(dirname -- "$0")/find-matrix-users.sh"
takes 0 0 "" $#
become create-admin
