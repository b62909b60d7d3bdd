"""The study's figures: crops, training curves, ROC curves in one figure, confusion matrices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from training.figure_file import save
from training.lumbar_xray.run_files import ClassRun, Predictions


def draw_enrolment(total: int, excluded: Mapping[str, int], left: Mapping[str, int], path: Path) -> None:
    """Draw the flow of pictures from `total`, past what excluded how many, to the parts of what is left."""
    figure, (axes,) = _panels(1, 3.6)
    axes.set_axis_off()
    reasons = "\n".join(f"{reason}: {count:,}" for reason, count in excluded.items())
    parts = "\n".join(f"{part}: {count:,}" for part, count in left.items())
    boxes = {
        (0.03, 0.9): f"pictures: {total:,}",
        (0.33, 0.65): f"excluded: {sum(excluded.values()):,}\n{reasons}",
        (0.03, 0.4): f"left: {sum(left.values()):,}",
        (0.03, 0.1): parts,
    }
    frame = {"boxstyle": "square,pad=0.5", "facecolor": "white"}
    for (x, y), text in boxes.items():
        axes.text(x, y, text, ha="left", va="center", fontsize=7, bbox=frame)
    for start, end in (((0.1, 0.84), (0.1, 0.46)), ((0.1, 0.65), (0.3, 0.65)), ((0.1, 0.34), (0.1, 0.22))):
        axes.annotate("", end, start, arrowprops={"arrowstyle": "->"})
    save(figure, path)


def draw_curves(runs: Mapping[str, ClassRun], path: Path) -> None:
    """Draw training and validation loss of each network, the head's epochs first, then the fine-tuning's."""
    figure, panels = _panels(len(runs), 2.6)
    for axes, (name, run) in zip(panels, runs.items(), strict=True):
        curves = run.curves()
        epochs = [epoch for stage in curves.values() for epoch in stage]
        number = np.arange(1, len(epochs) + 1)
        axes.plot(number, [epoch.train_loss for epoch in epochs], label="training")
        axes.plot(number, [epoch.watched for epoch in epochs], label="validation")
        axes.axvline(len(next(iter(curves.values()))) + 0.5, color="gray", linewidth=0.8, linestyle="--")
        axes.set(title=name, xlabel="epoch", ylabel="cross-entropy", ylim=(0, None))
        axes.legend(fontsize=7)
    save(figure, path)


def draw_roc(answers: Mapping[str, Predictions], path: Path) -> None:
    """Draw the ROC curves of several scores of osteoporosis in one figure."""
    figure, (axes,) = _panels(1, 4.0)
    for name, told in answers.items():
        false, true = roc(told.positive, told.found[:, -1])
        axes.plot(false, true, label=f"{name}, {np.trapezoid(true, false):.3f}")
    axes.plot([0, 1], [0, 1], color="gray", linewidth=0.8)
    axes.set(xlabel="1 - specificity", ylabel="sensitivity", aspect="equal")
    axes.legend(fontsize=7, title="AUC", title_fontsize=7)
    save(figure, path)


def roc(
    positive: NDArray[np.bool_], score: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return 1 - specificity and sensitivity at each score from above, beginning at (0, 0)."""
    levels = np.unique(score)[::-1]
    flagged = score >= levels[:, None]
    rates = [
        np.concatenate([[0.0], (flagged & of).sum(axis=1) / max(int(of.sum()), 1)])
        for of in (~positive, positive)
    ]
    return rates[0], rates[1]


def draw_confusion(
    matrices: Mapping[str, Sequence[Sequence[int]]], classes: Sequence[str], path: Path
) -> None:
    """Draw confusion matrices, [true][told], with their counts, shaded by the share of each true class."""
    figure, panels = _panels(len(matrices), 2.4)
    for axes, (name, matrix) in zip(panels, matrices.items(), strict=True):
        counts = np.array(matrix)
        axes.imshow(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), cmap="Blues", vmin=0, vmax=1)
        for (true, told), count in np.ndenumerate(counts):
            axes.text(told, true, f"{count}", ha="center", va="center", fontsize=8)
        places = range(len(classes))
        axes.set_xticks(places, classes, fontsize=6)
        axes.set_yticks(places, classes, fontsize=6, rotation=90, va="center")
        axes.set(title=name, xlabel="told", ylabel="true")
    save(figure, path)


def _panels(count: int, side_inches: float) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(side_inches * 1.2 * count, side_inches), layout="constrained")
    return figure, [figure.add_subplot(1, count, k + 1) for k in range(count)]
