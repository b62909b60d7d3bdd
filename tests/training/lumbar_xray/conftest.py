"""A tiny data folder of figures, and the smoke preset."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests.spine_figures import write_data
from training.data import pictures
from training.lumbar_xray import crop_data
from training.lumbar_xray.settings import PRESETS, Settings


@pytest.fixture
def make_data(tmp_path: Path) -> Callable[..., Path]:
    def make(people: int = 24, exclude: Mapping[int, str] | None = None) -> Path:
        folder = tmp_path / "data"
        folder.mkdir()
        splits = ["train"] * (people - 12) + ["tune"] * 4 + ["calibrate"] * 4 + ["test"] * 4
        write_data(folder, splits, exclude)
        return folder

    return make


@pytest.fixture
def small() -> Settings:
    return PRESETS["smoke"]


@pytest.fixture
def longer(small: Settings) -> Callable[[int, float], Settings]:
    """The smoke settings with another length and rate of the corner network's training."""

    def change(epochs: int, rate: float) -> Settings:
        course = replace(small.corners.course, epochs=epochs, learning_rate=rate)
        return replace(small, corners=replace(small.corners, course=course))

    return change


@pytest.fixture(autouse=True)
def _in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "CHUNK", 64)


@pytest.fixture
def all_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every vertebra as shown: so short a training does not yet know."""
    real = crop_data.placed

    def placed(*given: object) -> object:
        found = real(*given)
        return replace(found, shown=np.ones_like(found.shown))

    monkeypatch.setattr(crop_data, "placed", placed)


@pytest.fixture
def step_by_step() -> Iterator[None]:
    """Run TensorFlow without tracing, which takes longer than the few steps of a tiny training."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
