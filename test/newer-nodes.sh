#!/bin/sh
# The npm package's bundle on the nodes that came after 20, which a phone cannot run, through a part of the tests.
set -eu
cd "$(dirname "$0")/.."
for version in 22.23.3 26.10.0; do
  node=$(sh test/node.sh "$(node -p process.arch)" "$version")
  "$node" -p '`node ${process.version}`'
  MATRIX_TEST_COMMAND="$node -- ./dist/npm/matrix-users.cjs" node --import=tsx test/run.ts \
    test/contract/any-homeserver/*.test.ts test/panel/guard.test.ts test/panel/serving.test.ts
done
