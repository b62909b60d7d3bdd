#!/usr/bin/env bash
# Builds dist/trabecula, one folder that runs without Python, with its licences, and checks what is in it.
# usage: build.sh BIN, the bin folder of the environment
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$1
bundle=dist/trabecula

needed=(objcopy:binutils)
version=$("$bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2] if sys.base_prefix == "/usr" else "")')
[ -z "$version" ] || needed+=("libpython$version.so.1.0:libpython$version") # Debian's interpreter has it apart
bash installer/system_libraries.sh "$bin/python" "${needed[@]}"
echo "Building $bundle ..."
"$bin/pyinstaller" --noconfirm --log-level ERROR --distpath dist --workpath build/package installer/trabecula.spec

# Debug information of the interpreter and of decoders. Other libraries come stripped, and the ones that were
# patched after linking (NumPy's, Pillow's) do not survive it.
strip --strip-unneeded "$bundle"/_internal/libpython* "$bundle"/_internal/_CharLS* "$bundle"/_internal/_openjpeg* \
    "$bundle"/_internal/python3*/lib-dynload/*.so

"$bin/python" -m installer.licences "$bundle" build/package/trabecula/carried.json
"$bin/python" -m installer.check_bundle "$bundle" build/package/trabecula/carried.json
