#!/bin/sh
# Creates an account and prints its password.
# shellcheck source=find-matrix-users.sh
. "$(dirname -- "$0")/find-matrix-users.sh"
takes 1 1 "LOCALPART" $#
become create -- "$1"
