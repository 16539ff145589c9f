#!/bin/sh
# Prints what the change log says of one version, as the text of its release: notes.sh VERSION
set -eu
cd "$(dirname "$0")/.."
awk -v heading="## [$1] - " '
  /^## / { inside = index($0, heading) == 1; next }
  inside && (NF || found) { found = 1; print }
  END { exit !found }
' docs/CHANGELOG.md || { echo "docs/CHANGELOG.md has nothing about $1" >&2; exit 1; }
