#!/bin/sh
# dist/release/: a tar for each machine and the npm package, with SHA-256 sums: dist.sh [x64] [arm64]. `make dist` calls it once all is built.
set -eu
cd "$(dirname "$0")/.."
[ $# -gt 0 ] || set -- x64 arm64
version=$(node -p 'require("./package.json").version')
own=$(node -p process.arch)
out=dist/release
rm -rf "$out"
mkdir -p "$out"
for arch in "$@"; do
  if [ "$arch" = "$own" ]; then binary=dist/matrix-users; else binary=dist/matrix-users-$arch; fi
  if [ ! -e "$binary" ]; then
    missing="${missing:-} $arch"
    continue
  fi
  name="matrix-users-$version-linux-$arch"
  mkdir -p "$out/$name/completions" "$out/$name/.github"
  cp "$binary" "$out/$name/matrix-users"
  cp -r ops bootstrap README.md LICENSE docs dist/matrix-users.1 "$out/$name"
  cp dist/completions/* "$out/$name/completions"
  cp .github/SECURITY.md "$out/$name/.github"
  tar -C "$out" --sort=name --owner=0 --group=0 --numeric-owner --mtime='2026-01-01 00:00Z' -czf "$out/$name.tar.gz" "$name"
  rm -r "${out:?}/$name"
done
cp "dist/matrix-users-$version.tgz" "$out"
(cd "$out" && sha256sum -- *gz >SHA256SUMS && cat SHA256SUMS)
if [ -n "${missing:-}" ]; then
  echo "not built here:$missing (it needs its base, or a machine of its kind, as in .github/workflows/release.yml)" >&2
  exit 1
fi
