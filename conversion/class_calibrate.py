"""What is set and measured of models that answer classes: possible classes, figures, reliability."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from conversion.calibrate import LEVEL, Values
from conversion.errors import ConversionError
from conversion.measure import auc
from desktop.findings.result import CLASSES
from desktop.models.classes import ClassConformal, ClassMetrics

Classes = NDArray[np.intp]
"""Places in CLASSES, [picture]."""
OSTEOPOROSIS = len(CLASSES) - 1
BINS = 8


def class_conformal(probabilities: Values, classes: Classes, level: float = LEVEL) -> ClassConformal:
    """Return how probable each class must be so as not to be ruled out; probabilities [picture, class].

    Split conformal by class (Vovk, 2012): of new pictures of each class, at least `level` keep it.
    """
    least, counts = {}, {}
    for k, name in enumerate(CLASSES):
        own = np.sort(probabilities[classes == k, k])
        left_out = floor((len(own) + 1) * (1 - level))
        if left_out < 1:
            raise ConversionError(
                f"{len(own)} pictures of {name} to calibrate on are too few for {level:.0%}: add persons."
            )
        least[name], counts[name] = floor(float(own[left_out - 1]) * 1e6) / 1e6, len(own)
    return ClassConformal(level=level, least_probability=least, pictures=counts)


def class_metrics(probabilities: Values, classes: Classes, framework: Values | None = None) -> ClassMetrics:
    """Return figures of probabilities [picture, class], and their mean |change| against the framework's."""
    told, positive = probabilities[:, OSTEOPOROSIS], classes == OSTEOPOROSIS
    change = None if framework is None else np.abs(told - framework[:, OSTEOPOROSIS]).mean()
    return ClassMetrics(
        pictures=len(classes),
        auc=auc(positive, told),
        accuracy=round(float((probabilities.argmax(axis=1) == classes).mean()), 4),
        brier=round(float(np.square(told - positive).mean()), 5),
        mean_change=None if change is None else round(float(change), 6),
    )


def kept_share(probabilities: Values, classes: Classes, conformal: ClassConformal) -> dict[str, float | None]:
    """Return by true class how often it was not ruled out, None without pictures."""
    found: dict[str, float | None] = {}
    for k, name in enumerate(CLASSES):
        own = probabilities[classes == k, k]
        found[name] = round(float((own >= conformal.least_probability[name]).mean()), 4) if len(own) else None
    return found


def reliability(told: Values, positive: NDArray[np.bool_]) -> list[tuple[float, float, int]]:
    """Return mean probability told, share that had it, and pictures, of BINS bins of as many pictures."""
    order = np.argsort(told, kind="stable")
    bins = np.array_split(order, BINS)
    return [(float(told[each].mean()), float(positive[each].mean()), len(each)) for each in bins if len(each)]


def calibration_error(points: Sequence[tuple[float, float, int]]) -> float:
    """Return the mean distance of what was told from what came true, over the pictures of all bins."""
    told, true, count = np.array(points).T
    return float(np.abs(told - true) @ count / count.sum())


def draw_reliability(by_name: dict[str, list[tuple[float, float, int]]], path: Path) -> None:
    """Draw what was told against what came true, a line for each model, on axes that show rare ones too."""
    from matplotlib.figure import Figure

    from training.figure_file import save

    figure = Figure(figsize=(4.4, 4.2), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="gray", linewidth=0.8)
    for name, points in by_name.items():
        axes.plot(*zip(*[point[:2] for point in points], strict=True), marker="o", markersize=3, label=name)
    axes.set_xscale("symlog", linthresh=0.02)
    axes.set_yscale("symlog", linthresh=0.02)
    axes.set(xlim=(0, 1), ylim=(0, 1), xlabel="probability told", ylabel="share with osteoporosis")
    axes.legend(fontsize=7)
    save(figure, path)
