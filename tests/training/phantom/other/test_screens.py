"""What densitometers show beside a spine, a report page, and a photographed screen."""

from __future__ import annotations

import numpy as np
import pytest

from training.phantom.other.densitometry import screen
from training.phantom.other.figure import Bone, Figure, placed_at
from training.phantom.other.figure_parts import hip
from training.phantom.other.screens import Drawn, report_page, screen_photograph

pytestmark = pytest.mark.training


def test_a_densitometer_shows_bone_bright_and_soft_tissue_dark() -> None:
    taken = hip(160, np.random.default_rng(5))
    mineral = taken.scene.mineral
    shown = screen(taken, np.random.default_rng(6))
    assert shown[mineral > 0.5].mean() > 2 * shown[mineral < 0.01].mean()


@pytest.mark.parametrize("draw", [report_page, screen_photograph])
def test_pages_and_photographs_follow_the_stream_alone(draw: Drawn) -> None:
    first, again, another = (draw(96, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert first.shape != another.shape or not np.array_equal(first, another)


def test_a_figure_adds_to_a_body_and_gas_takes_only_lean_tissue_away() -> None:
    empty = placed_at((100.0, 100.0), 50, "frontal", (0.0, 0.0, 0.0), np.random.default_rng(1))
    empty.flesh((0, 0, 0), (300, 80, 300))
    body = empty.taken(0.3).scene
    figure = Figure(empty.placed, empty.projection, body)
    figure.flesh((0, 0, 0), (20, 20, 20), -0.9)
    figure.bones([Bone([(30, 0, -40), (30, 0, 40)], [5, 5])])
    changed = figure.taken(0.0).scene
    assert np.array_equal(changed.fat, body.fat)
    assert changed.lean[25, 25] < body.lean[25, 25]
    assert changed.lean[2, 2] == body.lean[2, 2]
    assert changed.mineral.max() > body.mineral.max() == 0
