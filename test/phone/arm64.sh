#!/bin/sh
# Runs the bundle, not the executable, as arm64: under qemu, with the arm64 node of npm, through a part of the contract suite.
set -eu
cd "$(dirname "$0")/../.."
libraries=/usr/aarch64-linux-gnu
command -v qemu-aarch64-static >/dev/null && [ -e "$libraries/lib/libstdc++.so.6" ] || {
  echo 'arm64 is SKIPPED: it needs qemu-user-static, libc6-arm64-cross and libstdc++6-arm64-cross'
  exit 0
}
arm64="qemu-aarch64-static -L $libraries $(sh test/node.sh arm64 20.20.2)"
$arm64 -p '`node ${process.version} ${process.arch}`'
MATRIX_TEST_COMMAND="$arm64 -- $PWD/dist/x64/matrix-users.cjs" node --import=tsx test/run.ts \
  test/contract/any-homeserver/accounts.test.ts test/contract/any-homeserver/room.test.ts
