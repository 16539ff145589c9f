#!/bin/sh
# Creates an account and prints its password.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
takes 1 1 "USER" $#
exec "$bin" create -- "$1"
