#!/bin/sh
# Suspends an account.
# shellcheck source=find-matrix-users.sh
. "$(dirname -- "$0")/find-matrix-users.sh"
takes 1 1 "USER" $#
become suspend -- "$1"
