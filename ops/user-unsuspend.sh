#!/bin/sh
# Ends the suspension of an account.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
takes 1 1 "USER" $#
exec "$bin" unsuspend -- "$1"
