"""Check a built bundle: no training inside, Qt replaceable, assets and licences there, its size told."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from installer.contents import FORBIDDEN_PACKAGES

LARGEST_BYTES = 300_000_000
NEEDED = ("trabecula", "LICENSES.txt", "_internal/LICENSE", "_internal/NOTICE", "_internal/assets/models")
REPLACEABLE = ("libQt6Core.so.6", "libQt6Gui.so.6", "libQt6Widgets.so.6", "libpyside6.*", "libshiboken6.*")


def main(bundle: Path, carried_file: Path) -> None:
    """Print the bundle's size; end with the list of what is wrong, where anything is."""
    files = [path for path in bundle.rglob("*") if path.is_file() and not path.is_symlink()]
    size_bytes = sum(path.stat().st_size for path in files)
    sys.stdout.write(f"{bundle}: {size_bytes / 1e6:.0f} MB in {len(files)} files\n")
    modules = json.loads(carried_file.read_text())["modules"]
    wrong = [*_forbidden(bundle, modules), *_missing(bundle), *_dangling(bundle)]
    if size_bytes > LARGEST_BYTES:
        wrong.append(f"larger than {LARGEST_BYTES / 1e6:.0f} MB")
    if wrong:
        raise SystemExit("\n".join(wrong))


def _forbidden(bundle: Path, modules: list[str]) -> Iterator[str]:
    tops = {name.split(".")[0] for name in modules} | {path.name for path in (bundle / "_internal").iterdir()}
    for name in FORBIDDEN_PACKAGES:
        if name in tops:
            yield f"{name} may not be in the bundle"


def _missing(bundle: Path) -> Iterator[str]:
    for name in NEEDED:
        if not (bundle / name).exists():
            yield f"{name} is missing"
    for name in REPLACEABLE:
        if not any((bundle / "_internal").rglob(name)):
            yield f"{name} is not a file of its own, as the LGPL asks"


def _dangling(bundle: Path) -> Iterator[str]:
    for path in bundle.rglob("*"):
        if path.is_symlink() and not path.exists():
            yield f"{path} leads nowhere"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
