#!/bin/sh
# Suspends an account.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
takes 1 1 "USER" $#
exec "$bin" suspend -- "$1"
