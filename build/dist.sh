#!/bin/sh
# dist/release/: a tar for each machine and the npm package, with SHA-256 sums. `make dist` calls it once all is built.
set -eu
cd "$(dirname "$0")/.."
version=$(node -p 'require("./package.json").version')
out=dist/release
rm -rf "$out"
mkdir -p "$out"
for arch in x64 arm64; do
  case "$arch" in x64) binary=dist/matrix-users ;; *) binary=dist/matrix-users-arm64 ;; esac
  if [ ! -e "$binary" ]; then
    missing="${missing:-} $binary"
    continue
  fi
  name="matrix-users-$version-linux-$arch"
  mkdir -p "$out/$name/completions"
  cp "$binary" "$out/$name/matrix-users"
  cp -r ops bootstrap README.md LICENSE docs dist/matrix-users.1 "$out/$name"
  cp dist/completions/* "$out/$name/completions"
  tar -C "$out" --sort=name --owner=0 --group=0 --numeric-owner --mtime='2026-01-01 00:00Z' -czf "$out/$name.tar.gz" "$name"
  rm -r "${out:?}/$name"
done
cp "dist/matrix-users-$version.tgz" "$out"
(cd "$out" && sha256sum -- *gz >SHA256SUMS && cat SHA256SUMS)
if [ -n "${missing:-}" ]; then
  echo "the release is not complete, because these could not be built:$missing" >&2
  exit 1
fi
