"""Measures the cut of the bone region on phantoms, whose vertebrae are known, and redraws its page.

`python -m training.stacked_ensemble.column_study --out docs/results/stacked_ensemble_column.md`
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.typing import NDArray

from desktop.clinical.spine_column import COLUMN_SHARE, Column, find_column
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.readers import read_radiograph
from training.phantom.dxa.picture import make_dxa_picture, write_picture
from training.phantom.spine.lumbar_view import MEASURED
from training.stacked_ensemble.real_folder import real_folder
from training.stacked_ensemble.settings import LEAST_CONTRAST, SQUARE_PX, STRIP_WIDTH_PX

SEED = 4711
SCREEN_PX = 512

PAGE = """# stacked_ensemble: the bone region, found and cut out

Drawn by `python -m training.stacked_ensemble.column_study` from {count} phantoms of every look, seed {seed},
whose L1 to L4 are known. The strip follows the column on a square of {square} and is scaled so that
the column takes {share} of its {width} pixels.

| measure | median | 5 % | 95 % | worst |
| --- | --- | --- | --- | --- |
| share of L1 to L4 inside the strip | {inside} |
| share of the strip that is L1 to L4 | {bone} |
| distance of the middle found from the true one, in vertebra widths | {off_middle} |
| width found over the true one | {width_ratio} |
| grey levels by which the column stands out | {contrast} |
| the same of the picture on its side | {on_side} |

{real}The shipped model refuses where that is less than {least:.0f}: {refused_upright} of these phantoms,
and {refused_on_side} of them on their side.

The strip is cut alike above and below where it is shorter than the picture: where L1 begins is not told.
"""


@dataclass(frozen=True)
class Cut:
    """How one phantom was cut.

    inside: share of L1 to L4 within the strip; bone: share of the strip's pixels that L1 to L4 are;
    off_middle: mean distance of the middle found from the true one, in vertebra widths, over L1 to L4's rows;
    width_ratio: width found over the true one; contrast: by how many grey levels the column stands out;
    on_side: what stands out most of the same picture turned by 90 degrees.
    """

    inside: float
    bone: float
    off_middle: float
    width_ratio: float
    contrast: float
    on_side: float


def measure(number: int, seed: int = SEED) -> Cut:
    """Cut phantom `number` of a seed as training does, and compare with where its L1 to L4 are."""
    with TemporaryDirectory() as folder:
        row = write_picture(number, seed=seed, looks="every", size_px=SCREEN_PX, folder=Path(folder))
        square = square_tensor(read_radiograph(Path(folder) / row["file"]), SQUARE_PX)[..., 0]
    true = true_region(number, seed)
    column = find_column(square)
    rows = np.flatnonzero(true.any(axis=1))
    first, last = true[rows].argmax(axis=1), SQUARE_PX - 1 - true[rows][:, ::-1].argmax(axis=1)
    width = float(np.median(last - first + 1))
    strip = _on_square(column)
    return Cut(
        inside=float((true & strip).sum() / true.sum()),
        bone=float((true & strip).sum() / strip.sum()),
        off_middle=float(np.abs((first + last) / 2 - column.middle_px[rows]).mean()) / width,
        width_ratio=(2 * column.half_width_px) / width,
        contrast=column.contrast,
        on_side=find_column(np.ascontiguousarray(np.rot90(square))).contrast,
    )


def _on_square(column: Column) -> NDArray[np.bool_]:
    """Return what of the padded square the strip shows, bool [SQUARE_PX, SQUARE_PX]."""
    width = 2 * column.half_width_px / COLUMN_SHARE
    height = width * SQUARE_PX / STRIP_WIDTH_PX
    places = np.arange(SQUARE_PX)
    across = np.abs(places - column.middle_px[:, None]) < width / 2
    down = np.abs(places + 0.5 - SQUARE_PX / 2) < height / 2
    return across & down[:, None]


def true_region(number: int, seed: int = SEED) -> NDArray[np.bool_]:
    """Return where L1 to L4 of a phantom lie on the padded square, bool [SQUARE_PX, SQUARE_PX]."""
    picture = make_dxa_picture(seed, number, "every", SCREEN_PX)
    region = np.logical_or.reduce([picture.phantom.regions[level] for level in MEASURED])
    height, width = picture.pixels.shape[:2]
    shown = cv2.resize(region.astype(np.float32), (width, height), interpolation=cv2.INTER_NEAREST)
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    square = np.pad(shown, ((top, side - height - top), (left, side - width - left)))
    return cv2.resize(square, (SQUARE_PX, SQUARE_PX), interpolation=cv2.INTER_AREA) > 0.5


def page(cuts: Sequence[Cut], seed: int = SEED) -> str:
    """Return the page in Markdown."""
    values = np.array([astuple(cut) for cut in cuts])
    low, high = values.min(axis=0), values.max(axis=0)
    worst = (low, low, high, high, low, high)
    cells = {
        name: " | ".join(f"{value:.3f}" for value in (*np.percentile(values[:, k], [50, 5, 95]), worst[k][k]))
        for k, name in enumerate(Cut.__dataclass_fields__)
    }
    sizes = {"width": STRIP_WIDTH_PX, "square": SQUARE_PX, "share": COLUMN_SHARE}
    refused = (values[:, -2:] < LEAST_CONTRAST).sum(axis=0)
    told = {"least": LEAST_CONTRAST, "refused_upright": refused[0], "refused_on_side": refused[1]}
    return PAGE.format(count=len(cuts), seed=seed, real=_real(), **sizes, **told, **cells)


def _real() -> str:
    """Return a sentence on the real screens' least contrast; nothing where they are not at hand."""
    folder = real_folder()
    if folder is None:
        return ""
    squares = [
        square_tensor(read_radiograph(path), SQUARE_PX)[..., 0] for path in sorted(folder.glob("*.png"))
    ]
    least = min(find_column(square).contrast for square in squares)
    return f"On {len(squares)} real screens the column stands out by {least:.0f} grey levels at least.\n"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m training.stacked_ensemble.column_study", description=__doc__
    )
    parser.add_argument("--out", type=Path, default=Path("docs/results/stacked_ensemble_column.md"))
    parser.add_argument("--count", type=int, default=400)
    arguments = parser.parse_args(argv)
    cuts = [measure(number) for number in range(arguments.count)]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(page(cuts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
