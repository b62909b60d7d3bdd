"""Points as centres of maps."""

from __future__ import annotations

import pytest
import torch

from training.landmarks.heatmap import centres, off_spots

pytestmark = pytest.mark.training


def test_the_centre_of_a_sharp_map_is_its_peak() -> None:
    maps = torch.full((1, 1, 8, 10), -50.0)
    maps[0, 0, 2, 7] = 50.0
    assert centres(maps)[0, 0].tolist() == pytest.approx([7.5 / 10, 2.5 / 8], abs=1e-5)


def test_a_spot_at_the_point_is_the_best_map() -> None:
    points = torch.tensor([[[0.4, 0.6], [torch.nan, 0.5]]])
    rows, columns = torch.meshgrid(torch.arange(20) + 0.5, torch.arange(20) + 0.5, indexing="ij")

    def spot(x: float, y: float) -> torch.Tensor:
        return -0.5 * ((columns - 20 * x) ** 2 + (rows - 20 * y) ** 2) / 1.5**2

    there, elsewhere, flat = spot(0.4, 0.6), spot(0.5, 0.6), torch.zeros(20, 20)
    losses = [float(off_spots(torch.stack([each, flat])[None], points)) for each in (there, elsewhere, flat)]
    assert losses == sorted(losses)
    both = torch.logaddexp(spot(0.25, 0.6), spot(0.55, 0.6))
    assert centres(both[None, None])[0, 0].tolist() == pytest.approx([0.4, 0.6], abs=1e-3)
    assert float(off_spots(torch.stack([both, flat])[None], points)) > losses[0]
    assert torch.isfinite(off_spots(torch.stack([there, flat])[None], torch.full_like(points, torch.nan)))
