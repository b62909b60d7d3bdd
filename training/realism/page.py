"""The page of the realism rounds, in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_INTRODUCTION = """\
# Phantom radiographs beside real ones

Made by `make study-radiograph-realism` (`python -m training.realism`). Named features of the histogram,
the power spectrum, edges and bone against soft tissue are taken of real pictures and of phantoms of every
look, and a logistic regression tells them apart in 10 folds: balanced accuracy, 0.5 where it cannot
tell, 1 where it always can, with its 95 % bootstrap interval; the share of phantoms it takes for real; and
the mean over all features of the largest gap between the two distributions (Kolmogorov and Smirnov; 0
alike, 1 apart). Few real pictures make wide intervals. Real pictures only judge: nothing that ships is
fitted to them, but what was mended next was chosen with these differences in sight.
"""
_HEAD = """\
| round | real | phantoms | balanced accuracy | 95 % interval | taken for real | mean gap |
| --- | --- | --- | --- | --- | --- | --- |"""
_TITLES = {"chest_frontal": "Chest from the front", "lumbar_lateral": "Lumbar spine from the side"}


@dataclass(frozen=True)
class Round:
    """One line of the record; `largest` names the features that differ most, largest gap first."""

    view: str
    round: str
    real: str
    phantoms: str
    balanced_accuracy: str
    low: str
    high: str
    taken_for_real: str
    mean_gap: str
    largest: str


def page(rounds: Sequence[Round]) -> str:
    """Return the page of all rounds."""
    return "\n".join([_INTRODUCTION, *_sections(rounds)])


def _sections(rounds: Sequence[Round]) -> Iterator[str]:
    for view, title in _TITLES.items():
        of_view = [each for each in rounds if each.view == view]
        if not of_view:
            continue
        yield f"## {title}\n\n{_HEAD}"
        for each in of_view:
            yield (
                f"| {each.round} | {each.real} | {each.phantoms} | {each.balanced_accuracy} |"
                f" {each.low} to {each.high} | {each.taken_for_real} | {each.mean_gap} |"
            )
        for each in of_view:
            yield f"\nLargest differences, {each.round} (median, 5 to 95 %):\n"
            yield from (f"- {line}" for line in each.largest.split("; "))
        yield ""
