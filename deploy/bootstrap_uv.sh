#!/usr/bin/env bash
# Installs uv from the package index into a folder of its own under ~/.local and links it in ~/.local/bin.
# No download script of a third party, no root: only Python with venv, or pipx, is needed.
set -euo pipefail
home="${HOME:?}/.local/share/wegwijzer-uv"
python="$(command -v python3.11 || command -v python3 || true)"
if [ -z "$python" ]; then
  echo "Python 3.11 is needed. Install it with your system's package manager and try again." >&2
  exit 1
fi
"$python" -m venv "$home"
"$home/bin/pip" install --quiet --disable-pip-version-check "uv>=0.8"
mkdir -p "$HOME/.local/bin"
ln -sf "$home/bin/uv" "$HOME/.local/bin/uv"
