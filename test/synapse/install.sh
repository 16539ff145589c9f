#!/bin/sh
# Installs Synapse into a cache folder of its own and prints the path of the Python that runs it.
# Repeating it costs nothing. The stamp is written last, so an installation that was killed half-way begins anew.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
requirements=$here/requirements.txt
version=$(sed -n 's/^matrix-synapse==//p' "$requirements")
folder=${XDG_CACHE_HOME:-$HOME/.cache}/matrix-users/synapse-$version

python3 -c 'import ensurepip, venv' 2>/dev/null || sh "$here/../../build/debian.sh" python3 python3-venv >&2
wanted=$(python3 --version && cat "$requirements")
installed() { [ "$wanted" = "$(cat "$folder/stamp" 2>/dev/null)" ] && [ -x "$folder/bin/python" ]; }

if ! installed; then
  mkdir -p "$(dirname "$folder")"
  # Two runs at once must not install into each other; the kernel ends the lock with the process.
  exec 9>"$folder.lock"
  command -v flock >/dev/null && flock 9
  if ! installed; then
    echo "installing Synapse $version into $folder" >&2
    rm -rf "$folder"
    python3 -m venv "$folder"
    # Wheels only: a source that wants a Rust compiler would fail after minutes instead of at once.
    "$folder/bin/pip" install --quiet --no-input --disable-pip-version-check --only-binary :all: \
      --requirement "$requirements" >&2
    printf '%s\n' "$wanted" >"$folder/stamp"
  fi
fi
printf '%s\n' "$folder/bin/python"
