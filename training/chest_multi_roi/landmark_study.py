"""Compares the two landmark methods, trained alike on the same phantoms; draws a page of both."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from training.chest_multi_roi.landmark_stage import FOLDER, make_landmarks
from training.chest_multi_roi.landmark_table import (
    HOW_MEASURED,
    REAL_ERRORS,
    Landmarks,
    landmark_table,
    read_landmarks,
)
from training.chest_multi_roi.real_chests import CHESTS, write_errors
from training.chest_multi_roi.settings import PRESETS, LandmarkMethod, Settings
from training.real_pictures import real_folder
from training.runs.command_line import ended

PICTURES, EPOCHS = 6000, 24
"""Of the phantoms, the first so many, all parts together; each network sees its training part so often."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the page is written, 2 where that cannot be."""
    parser = argparse.ArgumentParser(
        prog="python -m training.chest_multi_roi.landmark_study", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True, help="folder of chest phantoms of every look")
    parser.add_argument("--runs", type=Path, default=Path("runs/chest_landmarks"), help="finished ones stay")
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    arguments = parser.parse_args(argv)
    return ended(lambda: _study(arguments.data, arguments.runs, arguments.out))


def make_measured_landmarks(settings: Settings, data: Path, run: Path) -> None:
    """Train and judge a run's landmark network, on real chests too where they are at hand."""
    make_landmarks(settings, data, run)
    if (real_folder(CHESTS) / "index.csv").is_file():
        write_errors(run, run / FOLDER / REAL_ERRORS)


def _study(data: Path, runs: Path, out: Path) -> None:
    methods = get_args(LandmarkMethod)
    for method in methods:
        make_measured_landmarks(_settings(method), data, runs / method)
    found = [each for method in methods if (each := read_landmarks(runs / method)) is not None]
    out.mkdir(parents=True, exist_ok=True)
    (out / "chest_multi_roi_landmarks.md").write_text(page(found), encoding="utf-8")


def _settings(method: LandmarkMethod) -> Settings:
    edge = PRESETS["edge"]
    course = replace(edge.landmarks.course, epochs=EPOCHS)
    return replace(edge, landmarks=replace(edge.landmarks, method=method, course=course), limit=PICTURES)


def page(found: Sequence[Landmarks]) -> str:
    """Return the page in Markdown."""
    return f"""# chest_multi_roi: two landmark methods

Drawn by `make study-landmarks`; how each works stands in [chest_multi_roi](../chest_multi_roi.md). Both
learned, from scratch, the same {found[0].pictures:,} phantoms of every look for {EPOCHS} epochs, by the
settings of `edge`, with the same changes of the pictures and one seed. What ships is of neither run.

{HOW_MEASURED}

{landmark_table(found)}
"""


if __name__ == "__main__":
    raise SystemExit(main())
