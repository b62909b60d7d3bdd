"""Landmarks that follow the picture pass; those that do not, or make no chest, are refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from tests.desktop.made_up_graphs import chest_shares
from training.chest_multi_roi.landmark_doubts import SHOWN, refused
from training.chest_multi_roi.landmark_network import GraphNetwork

pytestmark = pytest.mark.training
SIDE = 64


class Following(GraphNetwork):
    """Puts a chest around the brightest column; its maps see it there only where that is bright."""

    def __init__(self) -> None:
        torch.nn.Module.__init__(self)

    def seen(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the points, and spots, which in the dark are upside down."""
        columns = pictures[:, 0].mean(dim=1)
        aside = columns.argmax(dim=1) / SIDE - 0.5
        shape = torch.tensor(list(chest_shares().values()))[None]
        points = shape + torch.stack([aside, torch.zeros_like(aside)], dim=1)[:, None]
        bright = columns.max(dim=1).values > 0.8
        return points, torch.where(bright[:, None, None], points, 1 - points)


def test_what_is_no_upright_chest_is_refused_by_the_limit_of_upright_ones() -> None:
    upright = np.full((6, SIDE, SIDE), 20, np.uint8)
    upright[:, :, SIDE // 2 - 1 : SIDE // 2 + 1] = 255
    upright += np.random.default_rng(1).integers(0, 9, upright.shape).astype(np.uint8) // 9
    found = refused(Following(), upright, upright)
    assert set(found) == set(SHOWN)
    assert found["upright"] == 0.0
    assert found["turned by 90\u00b0"] == found["noise"] == 1.0
