"""Collect the licences of all that the bundle carries into one file; what has none ends the build."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import Distribution, distribution, packages_distributions
from pathlib import Path

OWN = Path(__file__).resolve().parent / "licences"
COMMON = Path("/usr/share/common-licenses")
APPENDED = ("LGPL-3", "GPL-3", "LGPL-2.1", "GPL-2", "Apache-2.0", "MPL-2.0")
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|copyright|notice)", re.IGNORECASE)
RULE = "=" * 100


def main(bundle: Path, carried_file: Path) -> None:
    """Write LICENSES.txt into `bundle` by what `carried_file` says that the build carries."""
    carried = json.loads(carried_file.read_text())
    sections = [*_python_packages(carried), *_system_packages(carried), *_appended()]
    (bundle / "LICENSES.txt").write_text(
        "\n\n".join(f"{RULE}\n{head}\n{RULE}\n{text}" for head, text in sections)
    )
    sys.stdout.write(f"LICENSES.txt: {len(sections)} sections\n")


def _python_packages(carried: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Return the licence of the interpreter, of PyInstaller's loader, and of each package carried."""
    owners = packages_distributions()
    tops = {re.split(r"[./]", name)[0] for part in ("modules", "libraries") for name in carried[part]}
    names = {owner for top in tops for owner in owners.get(top, [])} - {"trabecula"}
    yield "Python (Python Software Foundation License)", _interpreter_licence()
    for found in sorted(map(distribution, names | {"pyinstaller"}), key=lambda each: each.name.lower()):
        yield f"{found.name} {found.version}", licence_of(found)


def licence_of(found: Distribution) -> str:
    """Return all licence texts of an installed package; SystemExit where it has none."""
    own = OWN / f"{re.sub(r'[-_.]+', '-', found.name).lower()}.txt"
    named = [file for file in found.files or () if LICENCE_FILE.search(file.name)]
    paths = [own, *(Path(str(found.locate_file(file))) for file in named if file.suffix != ".py")]
    texts = [path.read_text("utf-8", "replace") for path in paths if path.is_file()]
    if not texts:
        raise SystemExit(f"{found.name} carries no licence text: write it into {own}.")
    return "\n\n".join(texts)


def _interpreter_licence() -> str:
    places = [Path(sys.base_prefix) / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"]
    places += [Path(f"/usr/share/doc/python3.{sys.version_info.minor}")]
    for path in (place / name for place in places for name in ("LICENSE.txt", "copyright")):
        if path.is_file():
            return path.read_text("utf-8")
    raise SystemExit("The interpreter's licence was not found beside it.")


def _system_packages(carried: dict[str, dict[str, str]]) -> Iterator[tuple[str, str]]:
    """Return the copyright file of each Debian package that a library was taken from."""
    inside = (sys.prefix, sys.base_prefix if sys.base_prefix != "/usr" else sys.prefix)
    outside = {path for path in carried["libraries"].values() if not path.startswith(inside)}
    for package in sorted({_debian_package(path) for path in outside}):
        yield (
            f"{package} (Debian)",
            Path("/usr/share/doc", package, "copyright").read_text("utf-8", "replace"),
        )


def _debian_package(path: str) -> str:
    for name in _names(Path(path)):
        answer = subprocess.run(["dpkg-query", "--search", name], capture_output=True, text=True, check=False)
        if answer.returncode == 0:
            return answer.stdout.split(":")[0]
    raise SystemExit(f"{path} belongs to no Debian package: build on Debian, where its licence is known.")


def _names(path: Path) -> Iterable[str]:
    """Return the names under which dpkg may know a file, as /lib is a link to /usr/lib."""
    for name in (str(path), str(path.resolve())):
        yield from (name, name.removeprefix("/usr"))


def _appended() -> Iterator[tuple[str, str]]:
    for name in APPENDED:
        yield f"The text of {name}", (COMMON / name).read_text("utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
