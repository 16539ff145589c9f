#!/bin/sh
# Our simulated homeserver in the place of a continuwuity, to try run.ts without one: BIN=test/continuwuity/stand-in.sh
cd "$(dirname "$0")/../.." && exec node --import=tsx test/continuwuity/stand-in.ts
