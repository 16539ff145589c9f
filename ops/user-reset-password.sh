#!/bin/sh
# Gives an account a new password and prints it.
# shellcheck source=find-matrix-users.sh
. "$(dirname -- "$0")/find-matrix-users.sh"
takes 1 1 "USER" $#
become reset-password -- "$1"
