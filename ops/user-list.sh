#!/bin/sh
# Lists the accounts of the homeserver.
# shellcheck source=lib.sh
. "$(dirname "$0")/lib.sh"
takes 0 0 "" $#
exec "$bin" list
