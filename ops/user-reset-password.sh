#!/bin/sh
# Gives an account a new password and prints it.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
takes 1 1 "USER" $#
exec "$bin" reset-password -- "$1"
