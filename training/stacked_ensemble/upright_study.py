"""Measures how often a spine DXA picture is told to be upside down, upright and turned, and draws its page.

`python -m training.stacked_ensemble.upright_study --data DATA --out docs/results/stacked_ensemble_upright.md`
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.clinical.spine_column import find_column
from desktop.clinical.spine_upright import UPSIDE_DOWN_BELOW, upright
from desktop.imaging.preprocess import square_tensor
from desktop.imaging.readers import read_radiograph
from training.data.manifest import read_manifest, without_excluded
from training.markdown import table
from training.runs.command_line import ended
from training.stacked_ensemble.real_folder import real_folder
from training.stacked_ensemble.settings import SQUARE_PX

HEAD = """# stacked_ensemble: upside down or not

Drawn by `python -m training.stacked_ensemble.upright_study`. A picture is said to seem upside down by three
signs: the column is wider at its upper end, denser at its edges there, and what lies beside the other end
does not fall outwards as ribs do (`desktop/clinical/spine_upright.py`). The limit was set on 400 of the
calibrate part, so that 1 % of them lie below it. The signs were chosen with the real screens in
sight, their sizes and the limit on phantoms.
"""


def scores(pictures: Iterable[Path]) -> NDArray[np.float64]:
    """Return how upright each picture looks, as it is and turned upside down, [picture, 2]."""
    squares = (square_tensor(read_radiograph(path), SQUARE_PX)[..., 0] for path in pictures)
    return np.array(
        [[upright(each, find_column(each)) for each in (square, square[::-1])] for square in squares]
    )


def page(found: dict[str, NDArray[np.float64]]) -> str:
    """Return the page in Markdown, from `scores` by the pictures' name."""
    rows = []
    for name, each in found.items():
        shares = (each < UPSIDE_DOWN_BELOW).mean(axis=0)
        rows.append([name, str(len(each)), *(f"{share:.1%}".replace("%", " %") for share in shares)])
    head = ["pictures", "n", "upright, and said to be upside down", "turned, and said so"]
    return HEAD + "\n" + table(head, rows)


def draw(arguments: argparse.Namespace) -> None:
    """Measure and write the page."""
    rows, _ = without_excluded(read_manifest(arguments.data / "manifest.csv"))
    test = [arguments.data / row.file for row in rows if row.split == "test"]
    found = {"phantoms, test part": scores(test)}
    folder = real_folder()
    if folder is not None:
        found["real screens"] = scores(sorted(folder.glob("*.png")))
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(page(found), encoding="utf-8")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the page is written, 2 where that cannot be."""
    parser = argparse.ArgumentParser(
        prog="python -m training.stacked_ensemble.upright_study", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("docs/results/stacked_ensemble_upright.md"))
    arguments = parser.parse_args(argv)
    return ended(lambda: draw(arguments))


if __name__ == "__main__":
    raise SystemExit(main())
