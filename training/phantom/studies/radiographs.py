"""Writes the page on the radiographs' physics, speed and memory.

`python -m training.phantom.studies.radiographs --out docs/results/phantom.md`
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.studies.production import Rate, memory_mb, rate
from training.phantom.studies.radiograph_checks import bmd_errors, dose_slope, heights, slab_errors

_NAMES = {View.DXA_SPINE: "DXA spine", View.LUMBAR_LATERAL: "lateral lumbar", View.CHEST_FRONTAL: "chest"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure physics, speed and memory and write the page."""
    parser = argparse.ArgumentParser(
        prog="python -m training.phantom.studies.radiographs", description=__doc__
    )
    parser.add_argument("--out", type=Path, default=Path("docs/results/phantom.md"))
    parser.add_argument("--people", type=int, default=40, help="people whose heights and BMD are measured")
    parser.add_argument("--pictures", type=int, default=40, help="pictures to time, of each view")
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args(arguments)
    page = "\n".join([_OPENING, *_physics(given.seed, given.people), *_production(given.pictures)])
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_text(page + "\n", encoding="utf-8")
    sys.stdout.write(f"{given.out}\n")
    return 0


_OPENING = """\
# Physics, speed and memory of the phantoms

Made by `make study-phantom` (`python -m training.phantom.studies.radiographs`). How real the pictures look
is judged elsewhere: [radiograph_realism.md](radiograph_realism.md), [screen_realism.md](screen_realism.md).
"""


def _physics(seed: int, people: int) -> list[str]:
    slabs = [
        f"| {peak_kv:.0f} kV, {filter_al_mm} mm Al | {100 * error:.3f} % |"
        for (peak_kv, filter_al_mm), error in slab_errors().items()
    ]
    found, bmd = heights(seed, people), np.abs(bmd_errors(seed, people))
    return [
        "## Physics",
        "",
        "Eight energies stand for a spectrum. Largest relative error of the primary beam behind 2,000 random",
        "slabs (up to 42 g/cm2 of lean tissue, 25 of fat, 4.5 of mineral) against the spectrum in steps of",
        "1 keV; the limit is 0.1 %:",
        "",
        "| beam | largest error |",
        "| --- | --- |",
        *slabs,
        "",
        f"Slope of log variance against log dose from 100 to 1,000,000 quanta a pixel: {dose_slope():.4f}",
        "(1.00 +- 0.02 wanted).",
        "",
        f"Heights of L1 to L4 read off lateral pictures of {people} people ({found.vertebrae} vertebrae), as",
        "turned and placed as every look places them, against the spine in three dimensions:",
        "",
        "| from | mean error | largest |",
        "| --- | --- | --- |",
        f"| Imager Pixel Spacing and both distances | {_percent(found.with_distances)} |",
        f"| Imager Pixel Spacing alone | {_percent(found.without)} |",
        f"| front over back height, without either | {_percent(found.ratios)} |",
        "",
        "So millimetres need Imager Pixel Spacing, Distance Source to Detector and to Patient; without them",
        "only ratios hold.",
        "",
        f"Areal BMD of L1 to L4 of the same {people} people from a noise-free DXA view, decomposed, against",
        f"the three-dimensional mineral summed point by point: mean error {100 * bmd.mean():.2f} %, largest "
        f"{100 * bmd.max():.2f} %",
        f"(1 % wanted; {100 * (bmd <= 0.01).mean():.0f} % of the vertebrae are within it).",
        "",
    ]


def _percent(pair: tuple[float, float]) -> str:
    return f"{100 * pair[0]:.1f} % | {100 * pair[1]:.1f} %"


def _production(pictures: int) -> list[str]:
    rates = [rate(view, "every", 512, pictures) for view in _NAMES]
    large = rate(View.CHEST_FRONTAL, "one", 1024, pictures, workers=2)
    counts = (max(1, pictures // 2), 5 * pictures)
    peaks = memory_mb(View.CHEST_FRONTAL, "every", 512, counts)
    return [
        "## Speed and memory",
        "",
        "Files written, start left out. Processor time is what a picture takes; by the clock it takes longer",
        "where the machine is busy with other things.",
        "",
        "| view | height, pixels | processes | pictures | processor time each | pictures a second |",
        "| --- | --- | --- | --- | --- | --- |",
        *(_rate_row(one, "every look") for one in rates),
        _rate_row(large, "1024 x 1024"),
        "",
        f"Peak memory of one process that makes chests: {peaks[0]:.0f} MB after {counts[0]} pictures, "
        f"{peaks[1]:.0f} MB after {counts[1]}.",
    ]


def _rate_row(one: Rate, what: str) -> str:
    return (
        f"| {_NAMES[one.view]}, {what} | {one.size_px} | {one.workers} | {one.pictures} "
        f"| {one.processor_s:.2f} s | {one.per_second:.2f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
