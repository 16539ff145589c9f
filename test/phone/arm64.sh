#!/bin/sh
# Runs the bundle as arm64, under qemu with the arm64 node of npm, through a part of the contract suite; then an executable that
# is packed as the phone's, but on that node, since the phone's own base cannot be had everywhere.
set -eu
cd "$(dirname "$0")/../.."
arch=$(node -p process.arch)
[ "$arch" != arm64 ] || {
  echo 'this machine is arm64: make test has run the executable itself'
  exit 0
}
libraries=/usr/aarch64-linux-gnu
command -v qemu-aarch64-static >/dev/null && [ -e "$libraries/lib/libstdc++.so.6" ] || {
  echo 'arm64 is SKIPPED: it needs qemu-user-static, libc6-arm64-cross and libstdc++6-arm64-cross'
  exit 0
}
node=$(sh test/node.sh arm64 20.20.2)
qemu="qemu-aarch64-static -L $libraries"
$qemu "$node" -p '`node ${process.version} ${process.arch}`'
suite() {
  MATRIX_TEST_COMMAND="$1" node --import=tsx test/run.ts "test/contract/any-homeserver/$2.test.ts"
}
suite "$qemu $node -- ./dist/$arch-source/matrix-users.cjs" room
packed=$(mktemp -d)
trap 'rm -r "$packed"' EXIT
node --import=tsx test/phone/pack.ts "$node" "$packed"
# pkg's base puts these two words before the user's.
suite "$qemu $packed/matrix-users -- PKG_DUMMY_ENTRYPOINT" accounts
