"""Compares the two landmark methods, trained alike on the same phantoms; draws a page of both."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.preprocess import square_tensor
from desktop.imaging.readers import read_radiograph
from training.chest_multi_roi.landmark_doubts import SHOWN, refused
from training.chest_multi_roi.landmark_network import GraphNetwork, LandmarkNetwork
from training.chest_multi_roi.landmark_stage import FOLDER, make_landmarks, read_network
from training.chest_multi_roi.landmark_table import (
    HOW_MEASURED,
    REAL_ERRORS,
    Landmarks,
    landmark_table,
    read_landmarks,
)
from training.chest_multi_roi.real_chests import CHESTS, RealChest, off_mm, read_chests, write_errors
from training.chest_multi_roi.settings import PRESETS, LandmarkMethod, Settings
from training.data.manifest import read_manifest
from training.markdown import table
from training.real_pictures import found_folder
from training.resampling import interval, once_and_drawn
from training.runs.command_line import ended

PICTURES, EPOCHS = 6000, 24
"""Of the phantoms, the first so many, all parts together; each network sees its training part so often."""
DOUBTED_PHANTOMS = 200


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
    if found_folder(CHESTS) is not None:
        write_errors(run, run / FOLDER / REAL_ERRORS)


def _study(data: Path, runs: Path, out: Path) -> None:
    methods = get_args(LandmarkMethod)
    for method in methods:
        make_measured_landmarks(_settings(method), data, runs / method)
    found = [each for method in methods if (each := read_landmarks(runs / method)) is not None]
    networks = {method: read_network(runs / method) for method in methods}
    size_px = PRESETS["edge"].landmarks.size_px
    chests = read_chests(folder, size_px) if (folder := found_folder(CHESTS)) is not None else []
    phantoms = _calibration_squares(data, size_px)
    pictures = {"phantoms": phantoms}
    parts = [page(found)]
    if chests:
        pictures["real"] = np.array([chest.square for chest in chests])
        parts.append(_apart(networks, chests))
    parts.append(_doubts(networks["graph"], phantoms, pictures))
    out.mkdir(parents=True, exist_ok=True)
    (out / "chest_multi_roi_landmarks.md").write_text("\n".join(parts), encoding="utf-8")


def _calibration_squares(data: Path, size_px: int) -> NDArray[np.uint8]:
    rows = [row for row in read_manifest(data / "manifest.csv")[:PICTURES] if row.split == "calibrate"]
    radiographs = (read_radiograph(data / row.file) for row in rows[:DOUBTED_PHANTOMS])
    return np.array([square_tensor(each, size_px)[..., 0] for each in radiographs])


def _doubts(
    network: LandmarkNetwork, phantoms: NDArray[np.uint8], pictures: Mapping[str, NDArray[np.uint8]]
) -> str:
    assert isinstance(network, GraphNetwork)
    shares = {whose: refused(network, phantoms, squares) for whose, squares in pictures.items()}
    rows = [[name, *(f"{each[name]:.0%}" for each in shares.values())] for name in SHOWN]
    counts = " and of ".join(f"{len(squares)} {whose}" for whose, squares in pictures.items())
    return f"""## Pictures that are no upright chest

Share of {counts} chests, the phantoms of the calibrate part, that are refused because the
landmarks of `graph` lie too far from their spots, by a limit set on these phantoms as the program's is, or
because they make no anatomical sense. The view gate, which sees most such pictures before, is not asked,
nor are sizes in mm. `heatmap` has its spots alone, and no second look at them.

{table(["picture", *shares], rows)}
"""


def _apart(networks: Mapping[str, LandmarkNetwork], chests: Sequence[RealChest]) -> str:
    """Return how much nearer the graphs are on the same real chests; chests are drawn anew."""
    graph, heatmap = (
        np.array([off_mm(networks[method], chest).mean() for chest in chests])
        for method in ("graph", "heatmap")
    )
    weights = once_and_drawn([str(k) for k in range(len(chests))])
    nearer = interval(weights @ (heatmap - graph) / weights.sum(axis=1))
    assert nearer is not None
    return f"""On the same {len(chests)} real chests `graph` is {nearer.value:.2f} mm
({nearer.low:.2f} to {nearer.high:.2f}) nearer to the checked points than `heatmap`; one seed each.
"""


def _settings(method: LandmarkMethod) -> Settings:
    edge = PRESETS["edge"]
    course = replace(edge.landmarks.course, epochs=EPOCHS)
    return replace(edge, landmarks=replace(edge.landmarks, method=method, course=course), limit=PICTURES)


def page(found: Sequence[Landmarks]) -> str:
    """Return the page in Markdown."""
    return f"""# chest_multi_roi: two landmark methods

Drawn by `make study-landmarks`; how each works stands in [chest_multi_roi](../chest_multi_roi.md). Both
learned, from scratch, the same {found[0].pictures:,} phantoms of every look for {EPOCHS} epochs, by the
settings of `edge`, with the same changes of the pictures and one seed.

{HOW_MEASURED}

{landmark_table(found)}
"""


if __name__ == "__main__":
    raise SystemExit(main())
