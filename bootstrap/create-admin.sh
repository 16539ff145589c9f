#!/bin/sh
# Makes the operator's account and its credentials file.
# shellcheck source=../ops/lib.sh
. "$(dirname "$0")/../ops/lib.sh"
takes 0 0 "" $#
exec "$bin" create-admin
