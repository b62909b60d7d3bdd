"""The study's scatter plots: predicted against true BMD of each vertebra, a row of panels a network."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure

from desktop.clinical.lumbar import VERTEBRAE
from training.chest_multi_roi.study_runs import CHEST, MULTI, Answers
from training.figure_file import save

DRAWN = (CHEST, MULTI, "Ensemble_roi", "Ensemble_all")
PANEL_INCHES = 2.6


def draw_scatter(answers: Mapping[str, Answers], path: Path) -> None:
    """Draw those of the networks that are there, with the line on which both are equal, into a PNG file."""
    shown = {name: answers[name] for name in DRAWN if name in answers} or dict(answers)
    figure = Figure(figsize=(PANEL_INCHES * len(VERTEBRAE), PANEL_INCHES * len(shown)))
    panels = figure.subplots(len(shown), len(VERTEBRAE), sharex=True, sharey=True, squeeze=False)
    for row, (name, each) in zip(panels, shown.items(), strict=True):
        for k, (axes, vertebra) in enumerate(zip(row, VERTEBRAE, strict=True)):
            axes.scatter(each.true[:, k], each.predicted[:, k], s=2, alpha=0.3, linewidths=0)
            ends = [each.true.min(), each.true.max()]
            axes.plot(ends, ends, color="black", linewidth=0.8)
            axes.set_title(f"{name}, {vertebra}", fontsize=8)
            axes.tick_params(labelsize=7)
    figure.supxlabel("true BMD, g/cm²", fontsize=8)
    figure.supylabel("predicted BMD, g/cm²", fontsize=8)
    figure.tight_layout()
    save(figure, path)
