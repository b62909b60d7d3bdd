"""Points as centres of maps."""

from __future__ import annotations

import pytest
import torch

from training.landmarks.heatmap import centres

pytestmark = pytest.mark.training


def test_the_centre_of_a_sharp_map_is_its_peak() -> None:
    maps = torch.full((1, 1, 8, 10), -50.0)
    maps[0, 0, 2, 7] = 50.0
    assert centres(maps)[0, 0].tolist() == pytest.approx([7.5 / 10, 2.5 / 8], abs=1e-5)
