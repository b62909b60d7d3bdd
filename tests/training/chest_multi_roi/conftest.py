"""Tiny data folders and the smallest settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.chest_figures import SIDE, Point, draw, upright, write_data
from training.chest_multi_roi.settings import PRESETS, Settings

torch.set_num_threads(1)  # on a busy computer, threads of tiny networks wait for each other


@pytest.fixture
def make_data(tmp_path: Path) -> Callable[..., Path]:
    def make(people: int = 24, exclude: Mapping[int, str] | None = None) -> Path:
        folder = tmp_path / "data"
        folder.mkdir()
        splits = ["train"] * (people - 9) + ["tune"] * 3 + ["calibrate"] * 3 + ["test"] * 3
        write_data(folder, splits, exclude)
        return folder

    return make


@pytest.fixture
def small() -> Settings:
    return PRESETS["smoke"]


@pytest.fixture
def figure() -> tuple[dict[str, Point], np.ndarray]:
    """Landmarks in pixels and the picture that shows them, a little off the middle."""
    points = {name: (SIDE * x + 3.0, SIDE * y) for name, (x, y) in upright().items()}
    return points, draw(points, 0.9, np.random.default_rng(1))
