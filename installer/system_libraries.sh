#!/usr/bin/env bash
# Installs what the system lacks: the libraries that Qt needs and no wheel carries, venv, and commands asked for.
# Where it may not install, it names them in one sentence.
# usage: system_libraries.sh PYTHON [COMMAND:PACKAGE | LIBRARY:PACKAGE]...
set -euo pipefail
export PATH=$PATH:/usr/sbin:/sbin
python=$1
shift

# soname:package
libraries=(
    libGL.so.1:libgl1 libEGL.so.1:libegl1 libfontconfig.so.1:libfontconfig1 libglib-2.0.so.0:libglib2.0-0
    libdbus-1.so.3:libdbus-1-3 libcups.so.2:libcups2 libxkbcommon.so.0:libxkbcommon0
    libxkbcommon-x11.so.0:libxkbcommon-x11-0 libX11-xcb.so.1:libx11-xcb1 libxcb-cursor.so.0:libxcb-cursor0
    libxcb-icccm.so.4:libxcb-icccm4 libxcb-keysyms.so.1:libxcb-keysyms1 libxcb-randr.so.0:libxcb-randr0
    libxcb-shape.so.0:libxcb-shape0 libxcb-sync.so.1:libxcb-sync1 libxcb-xfixes.so.0:libxcb-xfixes0
    libwayland-client.so.0:libwayland-client0 libwayland-cursor.so.0:libwayland-cursor0
)

command -v "$python" >/dev/null || { echo "Install Python 3.11 or later, then call make again."; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    { echo "$python is older than 3.11: name a later one, as in make PYTHON=python3.11."; exit 1; }

command -v ldconfig >/dev/null || exit 0 # no Linux: the wheels carry all
missing=()
found=$(ldconfig -p)
for pair in "${libraries[@]}" "$@"; do
    name=${pair%%:*}
    grep -qF "$name " <<<"$found" || command -v "$name" >/dev/null || missing+=("${pair#*:}")
done
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing with apt-get: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
    echo "Ask an administrator to install these Debian packages, then call make again: ${missing[*]}"
    exit 1
fi
