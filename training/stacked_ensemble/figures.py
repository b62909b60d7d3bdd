"""The study's figures: learning curves, ROC, confusion matrices, Shapley values, evidence on one strip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, roc_curve

from training.figure_file import save
from training.stacked_ensemble.page_parts import MODELS
from training.stacked_ensemble.run_files import FinishedRun, read_ensemble
from training.stacked_ensemble.settings import CLASSES, MEMBERS, OSTEOPOROSIS

SHOWN = (*MEMBERS, "stack")
SHORT = ("above -1", "-1 to -2.5", "-2.5 or below")
OR_NOT = ("above -2.5", SHORT[-1])
"""Three classes and two by T-score, as axes name them."""


def draw_curves(run: FinishedRun, path: Path) -> None:
    """Draw loss and accuracy by epoch, of training and tuning part, a column a member."""
    figure = Figure(figsize=(3.4 * len(MEMBERS), 5.0), layout="constrained")
    for column, name in enumerate(MEMBERS):
        epochs = run.epochs[name]
        for row, kind in enumerate(("loss", "accuracy")):
            axes = figure.add_subplot(2, len(MEMBERS), row * len(MEMBERS) + column + 1)
            for part in ("train", "tune"):
                values = [getattr(epoch, f"{part}_{kind}") for epoch in epochs]
                axes.plot([epoch.epoch for epoch in epochs], values, marker=".", label=part)
            axes.set(xlabel="epoch", xlim=(0.5, len(epochs) + 0.5))
            axes.set_title(f"{MODELS[name]}, {kind}", fontsize=9)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
            axes.legend(fontsize=7)
    save(figure, path)


def draw_roc(run: FinishedRun, path: Path) -> None:
    """Draw the ROC of osteoporosis on the test part, of members and stack."""
    classes, told = run.answers("test")
    figure = Figure(figsize=(4.2, 4.0), layout="constrained")
    axes = figure.add_subplot()
    axes.plot([0, 1], [0, 1], color="gray", linewidth=0.8)
    for name in SHOWN:
        false, true, _ = roc_curve(classes == OSTEOPOROSIS, told[name])
        axes.plot(false, true, label=MODELS[name], linewidth=1.2)
    axes.set(xlabel="1 - specificity", ylabel="sensitivity", aspect="equal")
    axes.legend(fontsize=7)
    save(figure, path)


def draw_confusion(run: FinishedRun, path: Path) -> None:
    """Draw what members and stack say of the test part against the truth: two classes above, three below."""
    figure = Figure(figsize=(3.0 * len(SHOWN), 5.6), layout="constrained")
    classes, told = run.answers("test")
    for place, name in enumerate(SHOWN, start=1):
        cut = run.evaluations["test"].two[name].cut
        two = confusion_matrix(classes == OSTEOPOROSIS, told[name] >= cut, labels=(False, True))
        three = confusion_matrix(*run.decided("test", name), labels=range(len(CLASSES)))
        _counted(figure.add_subplot(2, len(SHOWN), place), two, OR_NOT, MODELS[name])
        _counted(figure.add_subplot(2, len(SHOWN), len(SHOWN) + place), three, SHORT, "")
    figure.supxlabel("T-score told", fontsize=9)
    figure.supylabel("true T-score", fontsize=9)
    save(figure, path)


def _counted(axes: Axes, counts: NDArray[np.intp], names: Sequence[str], title: str) -> None:
    """Draw counts [true, told] on the share of their row."""
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for row, column in np.ndindex(*counts.shape):
        colour = "white" if shares[row, column] > 0.6 else "black"
        axes.text(column, row, str(counts[row, column]), ha="center", va="center", color=colour)
    axes.set_xticks(range(len(names)), names, fontsize=7)
    axes.set_yticks(range(len(names)), names, fontsize=7, rotation=90, va="center")
    axes.set_title(title, fontsize=9)


def draw_shapley(run: FinishedRun, path: Path) -> None:
    """Draw mean sizes of Shapley values: members in the stack, kinds of features in the forest."""
    figure = Figure(figsize=(8.0, 2.6), layout="constrained")
    told = {
        "mean size, log odds of osteoporosis": run.shapley.members,
        "mean size, the forest's probability": run.shapley.groups,
    }
    for place, (label, values) in enumerate(told.items(), start=1):
        axes = figure.add_subplot(1, 2, place)
        axes.barh([MODELS.get(name, name) for name in values], list(values.values()))
        axes.invert_yaxis()
        axes.set_xlabel(label)
    save(figure, path)


def draw_evidence(run: FinishedRun, path: Path) -> None:
    """Draw the test strip of the stack's highest answer, and where each member found what it says."""
    strip = run.example()
    figure = Figure(figsize=(2.2 * (len(MEMBERS) + 1), 3.6), layout="constrained")
    first = figure.add_subplot(1, len(MEMBERS) + 1, 1)
    first.imshow(strip, cmap="gray")
    _bare(first, "strip")
    extent = (0, strip.shape[1], strip.shape[0], 0)
    for place, (name, (maps,)) in enumerate(read_ensemble(run.folder).evidence(strip[None]).items(), start=2):
        reach = float(np.abs(maps).max()) or 1.0
        axes = figure.add_subplot(1, len(MEMBERS) + 1, place)
        axes.imshow(strip, cmap="gray", extent=extent)
        axes.imshow(maps, cmap="coolwarm", alpha=0.5, extent=extent, vmin=-reach, vmax=reach)
        _bare(axes, MODELS[name])
    save(figure, path)


def _bare(axes: Axes, title: str) -> None:
    axes.set_title(title, fontsize=8)
    axes.set_xticks([])
    axes.set_yticks([])
