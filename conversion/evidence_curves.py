"""Compares maps of the lateral lumbar classifier's evidence by deletion and insertion curves.

`python -m conversion.evidence_curves RUN/classes_3/vgg16 --out docs/results/lumbar_xray_evidence.md`
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import keras
import numpy as np
from numpy.typing import NDArray

from conversion.lumbar import learned_pictures
from conversion.lumbar_forms import crop, keras_form
from conversion.lumbar_graphs import answers, with_evidence
from conversion.lumbar_run import LumbarRun, read_lumbar_run
from conversion.report import Table, as_table
from conversion.seen import Seen, each_seen
from desktop.clinical.lumbar_lateral import CORNERS, REGION_LEVELS, corners_of
from desktop.errors import AppError
from desktop.imaging.preprocess import off_square

PICTURES, CELLS, STEPS = 200, 12, 6
"""Of the test part; cells in a row of the crop; in how many steps all are taken away or put in."""
BLUR_SHARE = 1 / 8
Values = NDArray[np.float64]
Grey = NDArray[np.float32]
Odds = Callable[[Grey], Values]
HEAD = """# lumbar_xray: does the evidence lie where the classifier looks?

Over {count} phantoms of the test part. Cells of the crop, {cells} x {cells}, are replaced in the order of
a map, most evidence of osteoporosis first (deletion), or put back into what replaces them in that order
(insertion); told is by how much the log odds move on average. A map that shows what the classifier goes by
lowers them early when deleting, and raises them early when inserting: the larger the gap between the two
curves, the better. What replaces a cell is the crop blurred, or the average crop. "On bodies": how much of
the map's size lies on L1 to L3, which are {area:.0%} of the crop.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and write the page; 2 where the run cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m conversion.evidence_curves", description=__doc__)
    parser.add_argument("run", type=Path, metavar="RUN", help="a classifier of three classes")
    parser.add_argument("--data", type=Path, help="data folder, where it is not the one that training used")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    try:
        run = read_lumbar_run(chosen.run, chosen.data)
    except AppError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    chosen.out.write_text(page(run), encoding="utf-8")
    return 0


def page(run: LumbarRun) -> str:
    """Return what was measured, in Markdown."""
    learned, _ = _crops(run, learned_pictures(run))
    rows = run.rows("test")
    spread = np.unique(np.linspace(0, len(rows) - 1, min(PICTURES, len(rows)), dtype=int))
    crops, bodies = _crops(run, each_seen([rows[k] for k in spread], run.folder, run.square_px))
    network = with_evidence(run.class_network, learned)
    maps = _maps(run.class_network, network, learned, crops)
    blurred = np.stack([cv2.GaussianBlur(each, (0, 0), BLUR_SHARE * len(each)) for each in crops])
    average = np.broadcast_to(learned.mean(axis=0, dtype=np.float32), crops.shape)
    table: Table = {
        name: {
            **_measured(network, found, crops, blurred, "blurred"),
            **_measured(network, found, crops, average, "average"),
            "on bodies": _share_on(found, bodies),
        }
        for name, found in maps.items()
    }
    head = HEAD.format(count=len(crops), cells=CELLS, area=float(bodies.mean()))
    return f"{head}\n{as_table(table)}"


def curves(odds: Odds, found: Values, crops: Grey, instead: Grey) -> tuple[Values, Values]:
    """Return the log odds as cells are deleted and as they are inserted, each [step, picture].

    found: a map of each picture, [picture, row, column]; crops and instead: [picture, row, column].
    """
    cells = _resized(found, CELLS).reshape(len(found), -1)
    order = np.argsort(-cells, axis=1, kind="stable")
    side = crops.shape[1]
    deleted, inserted = [], []
    for count in np.linspace(0, CELLS * CELLS, STEPS + 1, dtype=int):
        first = np.zeros(cells.shape, np.uint8)
        np.put_along_axis(first, order[:, :count], 1, axis=1)
        shape = (len(crops), CELLS, CELLS)
        here = np.stack(
            [cv2.resize(each, (side, side), interpolation=cv2.INTER_NEAREST) for each in first.reshape(shape)]
        ).astype(bool)
        deleted.append(odds(np.where(here, instead, crops)))
        inserted.append(odds(np.where(here, crops, instead)))
    return np.array(deleted), np.array(inserted)


def _measured(
    network: keras.Model, found: Values, crops: Grey, instead: Grey, name: str
) -> Mapping[str, float]:
    deleted, inserted = curves(lambda given: _odds(network, given), found, crops, instead)
    gap = (inserted - deleted).mean(axis=0)
    return {
        f"{name}: gap": float(gap.mean()),
        f"{name}: ± 95%": float(1.96 * gap.std(ddof=1) / np.sqrt(len(gap))),
        f"{name}: deletion": float((deleted - deleted[0]).mean()),
        f"{name}: insertion": float((inserted - inserted[0]).mean()),
    }


def _maps(
    trained: keras.Model, shipped: keras.Model, learned: NDArray[np.uint8], crops: Grey
) -> dict[str, Values]:
    last = answers(trained, crops)["evidence"]
    return {
        "last maps, less their average": last - answers(trained, learned)["evidence"].mean(axis=0),
        "last maps": last,
        "fine maps, less their average (shipped)": answers(shipped, crops)["evidence"],
        "chance": np.random.default_rng(1).normal(size=(len(crops), CELLS, CELLS)),
    }


def _odds(network: keras.Model, crops: Grey) -> Values:
    logits = answers(network, crops)["logits"].astype(np.float64)
    return logits[:, -1] - logits[:, :-1].mean(axis=1)


def _crops(run: LumbarRun, pictures: Iterator[Seen] | Sequence[Seen]) -> tuple[Grey, NDArray[np.bool_]]:
    """Return the crops as the run's own corners cut them, and where the bodies of L1 to L3 lie in them."""
    placing = keras_form(run.corner_network, run.class_network)
    crops, bodies = [], []
    for each in pictures:
        shares, _ = placing.corners(each.square)
        crops.append(crop(each, shares, run.crop_px))
        drawn = replace(each, grey=_drawn(each.grey, shares))
        bodies.append(crop(drawn, shares, run.crop_px) > 127)
    return np.array(crops, np.float32), np.array(bodies)


def _drawn(grey: NDArray[np.uint8], shares: Values) -> NDArray[np.uint8]:
    """Return a picture of the bodies of L1 to L3, white on black."""
    points = dict(zip(CORNERS, off_square(shares, *grey.shape), strict=True))
    drawn = np.zeros(grey.shape, np.uint8)
    for level in REGION_LEVELS:
        upper, lower = np.array([points[name] for name in corners_of(level)]).reshape(2, 3, 2)
        cv2.fillPoly(drawn, [np.rint(np.vstack([upper, lower[::-1]])).astype(np.int32)], 255)
    return drawn


def _share_on(found: Values, bodies: NDArray[np.bool_]) -> float:
    size = np.abs(_resized(found, bodies.shape[1]))
    return float((size * bodies).sum() / size.sum())


def _resized(found: Values, side: int) -> Values:
    wide = [
        cv2.resize(each.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR) for each in found
    ]
    return np.array(wide, np.float64)


if __name__ == "__main__":
    raise SystemExit(main())
