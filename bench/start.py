"""Start against a bare Qt window, and peak memory without and with a window: `python -m bench.start`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import monotonic

STARTS = 21
_HOMES = ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "PYTHONPYCACHEPREFIX")
_SHADOWING = ("PYTHONDONTWRITEBYTECODE", "TRABECULA_DATA", "TRABECULA_CONFIG", "TRABECULA_LOGS")
_SCREEN = {"name": "desk", "x": 0, "y": 0, "width": 1280, "height": 720}
RUN = """
import sys
from pathlib import Path
from desktop.__main__ import main
status = main(sys.argv[1:])
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print("PEAK", status, int(peak.split()[1]) / 1000)
"""


def start_and_memory() -> Iterator[str]:
    """Measure both; one line of text each."""
    found = starts()
    yield (
        f"- Start to first paint: {found['program']:.2f} s, a bare PySide6 window {found['bare']:.2f} s: "
        f"{found['program'] / found['bare']:.2f} times."
    )
    for view in ("dxa_spine", "chest_frontal"):
        with TemporaryDirectory() as folder:
            words = ["-m", "training.phantom", "--view", view, "--count", "1", "--out", folder]
            subprocess.run([sys.executable, *words], check=True)
            picture = str(next(Path(folder).glob("*.dcm")))
            peak = peak_mb("screen", picture, "--json", "--threads", "2")
        said = "not measured, it is not screened" if peak is None else f"{peak:.0f} MB"
        yield f"- Peak memory of a headless screening of {view}, all models loaded: {said}."
    with TemporaryDirectory() as folder:
        peak = peak_mb("--demo", folder)
    said = "not measured, it stopped" if peak is None else f"{peak:.0f} MB"
    yield f"- Peak memory of the window, every sample judged and a report saved: {said}."


def starts() -> dict[str, float]:
    """Return the median seconds to the first paint of a bare window and of the program, started in turn."""
    seconds: dict[str, list[float]] = {"bare": [], "program": []}
    with TemporaryDirectory() as folder:
        for _ in range(STARTS + 1):
            for kind, each in seconds.items():
                each.append(_first_paint(kind, Path(folder)))
    return {kind: median(each[1:]) for kind, each in seconds.items()}


def peak_mb(*words: str) -> float | None:
    """Return the peak memory, in MB, of `trabecula WORDS`; None where it did not end well."""
    with TemporaryDirectory() as folder:
        ended = subprocess.run(
            [sys.executable, "-c", RUN, *words],
            env=_environment(Path(folder)),
            capture_output=True,
            text=True,
            check=False,
        )
    for line in ended.stdout.splitlines():
        if line.startswith("PEAK 0 "):
            return float(line.split()[2])
    return None


def _first_paint(kind: str, folder: Path) -> float:
    words = [sys.executable, "-m", "bench.first_paint", kind, str(monotonic())]
    ended = subprocess.run(words, env=_environment(folder), capture_output=True, text=True, check=True)
    return float(ended.stdout.split()[0])


def _environment(folder: Path) -> dict[str, str]:
    """Return the surroundings of a user at home in `folder`, with a screen and byte code as installed."""
    inherited = {name: value for name, value in os.environ.items() if name not in _SHADOWING}
    homes = {name: str(folder / name.lower()) for name in _HOMES}
    screen = folder / "screen.json"
    screen.write_text(json.dumps({"screens": [_SCREEN]}))
    return inherited | homes | {"QT_QPA_PLATFORM": f"offscreen:configfile={screen}"}


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in start_and_memory())
