"""How little the shipped dxa_bmd hangs on the texture of spongy bone, which is not a planted label.

`python -m conversion.texture_swap --out docs/results/texture_swap.md` draws phantoms, draws each again with
other struts and all else alike, mineral and noise too, and once more as a new exposure.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.preprocess import square_tensor
from desktop.imaging.radiograph import Radiograph
from desktop.models.bundle import Bundle
from desktop.models.loading import load_installed
from desktop.models.manifest import Manifest
from training.phantom.dxa.picture import REPEATED_EVERY, make_dxa_picture

FAMILY = "dxa_bmd"
SEED = 901
SIZE_PX = 512

Picture = NDArray[np.uint8]
Values = NDArray[np.float64]
Answer = Callable[[Picture], float]
"""From uint8 [row, column] or [row, column, RGB] to L1-L4 BMD in g/cm2."""


@dataclass(frozen=True)
class Swap:
    """True L1-L4 BMD and answers, g/cm2 [phantom]: as drawn, with another texture, and exposed again."""

    true: Values
    first: Values
    swapped: Values
    repeated: Values

    def moved(self, again: Values) -> float:
        """Return the mean absolute change of the answer against the first."""
        return float(np.abs(again - self.first).mean())


def main(arguments: list[str] | None = None) -> int:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(prog="python -m conversion.texture_swap", description=__doc__)
    parser.add_argument("--count", type=int, default=100, help="phantoms to draw, each three times")
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    models = load_installed()
    if FAMILY not in models.by_family:
        parser.error(" ".join(models.problems))
    swap = measured(group_answer(models.by_family[FAMILY]), chosen.count)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(page(swap), encoding="utf-8")
    return 0


def group_answer(bundle: Bundle[Manifest]) -> Answer:
    """Return what answers L1-L4 BMD in g/cm2 for the pixels of a screen."""
    shares = np.array([bundle.manifest.area_shares[site] for site in bundle.manifest.sites])

    def answer(pixels: Picture) -> float:
        colour = pixels if pixels.ndim == 3 else None
        grey = (pixels if colour is None else pixels.mean(axis=2)).astype(np.float32)
        radiograph = Radiograph(Path("phantom.png"), grey, 255.0, colour=colour)
        return float(bundle.run(square_tensor(radiograph, bundle.manifest.input.size_px))["bmd"] @ shares)

    return answer


def measured(answer: Answer, count: int) -> Swap:
    """Return the answers for the phantoms that are drawn twice, and for each with another texture."""
    numbers = [REPEATED_EVERY * (each + 1) - 2 for each in range(count)]

    def answers(of: Iterable[int], texture: int = 0) -> Values:
        pictures = (make_dxa_picture(SEED, number, "every", SIZE_PX, texture) for number in of)
        return np.array([answer(picture.pixels) for picture in pictures])

    drawn = [make_dxa_picture(SEED, number, "every", SIZE_PX) for number in numbers]
    return Swap(
        true=np.array([picture.phantom.truth.bmd_l1_l4_g_cm2 for picture in drawn]),
        first=np.array([answer(picture.pixels) for picture in drawn]),
        swapped=answers(numbers, texture=1),
        repeated=answers(number + 1 for number in numbers),
    )


def page(swap: Swap) -> str:
    """Return the page in Markdown."""
    spread = float(swap.first.std(ddof=1))
    lines = [
        "# dxa_bmd when only the texture changes",
        "",
        "Made by `make study-texture` (`python -m conversion.texture_swap`): phantoms of every look, drawn",
        "again with other struts of spongy bone; mineral, noise and screen stay. Texture is no planted",
        "label: to change it should move an answer no more than a new exposure of the same person does.",
        "",
        f"| {len(swap.true)} phantoms | mean change of L1-L4, g/cm2 | over the answers' SD |",
        "| --- | ---: | ---: |",
        *(
            f"| {name} | {swap.moved(again):.4f} | {swap.moved(again) / spread:.2f} |"
            for name, again in (("another texture", swap.swapped), ("a new exposure", swap.repeated))
        ),
        "",
        f"Mean answer with another texture less the first: {(swap.swapped - swap.first).mean():+.4f} g/cm2.",
        f"SD of the answers: {spread:.4f} g/cm2; of the truths: {swap.true.std(ddof=1):.4f} g/cm2.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
