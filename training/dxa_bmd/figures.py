"""The study's figures: input, kernels and feature maps, loss curves, scatter, Bland-Altman, evidence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import keras
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from training.dxa_bmd.run_files import FinishedRun
from training.figure_file import save

TRUTH, DIFFERENCE = "true L1-L4, g/cm²", "predicted - true, g/cm²"


def draw_input(run: FinishedRun, path: Path) -> None:
    """Draw what the network sees of one test picture."""
    figure, (axes,) = _panels(1, 3.4)
    axes.imshow(run.example())
    axes.set_title(f"input, {run.settings.size_px} x {run.settings.size_px}")
    _bare(axes)
    save(figure, path)


def draw_kernels(run: FinishedRun, path: Path) -> None:
    """Draw the kernels of the first convolution, each scaled to its own range for the eye."""
    kernels = np.asarray(_convolutions(run.model())[0].kernel)
    _draw_tiles([_to_range(kernels[..., k]) for k in range(kernels.shape[-1])], "kernels of conv1", path)


def draw_feature_maps(run: FinishedRun, path: Path, most: int = 16) -> None:
    """Draw the first maps of each convolution for one test picture, a row of panels a convolution."""
    model = run.model()
    layers = _convolutions(model)
    seen = keras.Model(model.input, [layer.output for layer in layers])
    maps = [np.asarray(each)[0] for each in seen.predict_on_batch(run.example()[None].astype(np.float32))]
    figure = Figure(figsize=(most * 0.62, len(maps) * 0.75))
    for row, (layer, features) in enumerate(zip(layers, maps, strict=True)):
        for column in range(min(most, features.shape[-1])):
            axes = figure.add_subplot(len(maps), most, row * most + column + 1)
            axes.imshow(_to_range(features[..., column]), cmap="gray")
            _bare(axes)
            if column == 0:
                axes.set_title(layer.name, fontsize=7, loc="left")
    figure.subplots_adjust(0.01, 0.01, 0.99, 0.93, 0.05, 0.3)
    save(figure, path)


def draw_loss_curves(runs: Mapping[str, FinishedRun], path: Path) -> None:
    """Draw each run's error by epoch, in percent of the true value."""
    figure, panels = _panels(len(runs), 3.2)
    for axes, (name, run) in zip(panels, runs.items(), strict=True):
        number = [epoch.epoch for epoch in run.epochs]
        watched = "validation, which is its test part" if run.settings.split_by == "image" else "tuning part"
        axes.plot(number, [epoch.train_percent for epoch in run.epochs], label="training")
        axes.plot(number, [epoch.watched_percent for epoch in run.epochs], label=watched)
        axes.set(title=name, xlabel="epoch", ylabel="mean |error| / true, %", ylim=(0, None))
        axes.legend(fontsize=7)
    save(figure, path)


def draw_scatter(runs: Mapping[str, FinishedRun], path: Path) -> None:
    """Draw predicted against true L1-L4 of each run's test part."""
    figure, panels = _panels(len(runs), 3.6)
    for axes, (name, run) in zip(panels, runs.items(), strict=True):
        true, predicted = run.test_values()
        ends = [min(true.min(), predicted.min()), max(true.max(), predicted.max())]
        axes.plot(ends, ends, color="gray", linewidth=0.8)
        axes.plot(true, predicted, ".", markersize=2.5, alpha=0.6)
        axes.set(title=name, xlabel=TRUTH, ylabel="predicted L1-L4, g/cm²", aspect="equal")
    save(figure, path)


def draw_bland_altman(runs: Mapping[str, FinishedRun], path: Path) -> None:
    """Draw each run's differences against the mean of prediction and truth, with the limits of agreement."""
    figure, panels = _panels(len(runs), 3.6)
    for axes, (name, run) in zip(panels, runs.items(), strict=True):
        true, predicted = run.test_values()
        found = run.test.sites["L1-L4"]
        axes.plot((true + predicted) / 2, predicted - true, ".", markersize=2.5, alpha=0.6)
        for level in (found.limit_low_g_cm2, found.bias_g_cm2, found.limit_high_g_cm2):
            axes.axhline(level, color="gray", linewidth=0.8, linestyle="--")
        axes.set(title=name, xlabel="mean of both, g/cm²", ylabel=DIFFERENCE)
    save(figure, path)


def draw_evidence(runs: Mapping[str, FinishedRun], path: Path) -> None:
    """Draw, over the picture, what each place adds to the predicted L1-L4, beside its neighbours' average."""
    figure, panels = _panels(len(runs), 3.6)
    for axes, (name, run) in zip(panels, runs.items(), strict=True):
        picture = run.example()
        answer = run.model().predict_on_batch(picture[None].astype(np.float32))
        evidence = np.asarray(answer["evidence"])[0]
        reach = float(np.abs(evidence).max()) or 1.0
        extent = (0, picture.shape[1], picture.shape[0], 0)
        axes.imshow(picture, extent=extent)
        shown = axes.imshow(
            evidence,
            cmap="coolwarm",
            alpha=0.5,
            extent=extent,
            vmin=-reach,
            vmax=reach,
            interpolation="bilinear",
        )
        figure.colorbar(shown, ax=axes, shrink=0.8, label="g/cm² a place")
        axes.set_title(name)
        _bare(axes)
    save(figure, path)


def _convolutions(model: keras.Model) -> list[keras.layers.Conv2D]:
    return [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]


def _draw_tiles(tiles: list[NDArray[np.float64]], title: str, path: Path) -> None:
    columns = 16
    rows = -(-len(tiles) // columns)
    figure = Figure(figsize=(columns * 0.45, rows * 0.48 + 0.3))
    figure.suptitle(title, fontsize=8)
    for k, tile in enumerate(tiles):
        axes = figure.add_subplot(rows, columns, k + 1)
        axes.imshow(tile)
        _bare(axes)
    save(figure, path)


def _to_range(values: NDArray[np.float32]) -> NDArray[np.float64]:
    low, high = float(values.min()), float(values.max())
    return (values - low) / max(high - low, 1e-9)


def _panels(count: int, side_inches: float) -> tuple[Figure, list[Axes]]:
    figure = Figure(figsize=(side_inches * 1.15 * count, side_inches), layout="constrained")
    return figure, [figure.add_subplot(1, count, k + 1) for k in range(count)]


def _bare(axes: Axes) -> None:
    axes.set_xticks([])
    axes.set_yticks([])
