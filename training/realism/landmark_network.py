"""A small network that puts points on a picture: one map a point, and the point as its centre of mass."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class LandmarkNetwork(nn.Module):
    """From pictures [n, 1, size, size] to points [n, point, (x, y)], shares of the picture's side.

    An encoder halves the picture four times, a decoder comes back to a quarter of the side with what the
    encoder saw beside it, and a soft maximum over each map is the point.
    """

    def __init__(self, points: int, widths: tuple[int, ...] = (16, 32, 48, 64, 96)) -> None:
        super().__init__()
        pairs = zip((1, *widths), widths, strict=False)
        self.down = nn.ModuleList(_block(before, after, stride=2) for before, after in pairs)
        self.up = nn.ModuleList(
            _block(widths[k + 1] + widths[k], widths[k], stride=1) for k in range(len(widths) - 2, 0, -1)
        )
        self.maps = nn.Conv2d(widths[1], points, 1)
        self.sharpness = nn.Parameter(torch.tensor(1.0))

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the points."""
        features, kept = standardised(pictures), []
        for block in self.down:
            features = block(features)
            kept.append(features)
        for block, beside in zip(self.up, reversed(kept[1:-1]), strict=True):
            larger = nn.functional.interpolate(features, scale_factor=2.0, mode="nearest")
            features = block(torch.cat([larger, beside], dim=1))
        return centres(self.maps(features) * self.sharpness)


def standardised(pictures: Tensor) -> Tensor:
    """Return each picture less its mean over its SD."""
    centred = pictures - pictures.mean(dim=(2, 3), keepdim=True)
    return centred / (centred.std(dim=(2, 3), keepdim=True) + 0.02)


def centres(maps: Tensor) -> Tensor:
    """Return the centre of mass of the soft maximum of maps [n, point, row, column], (x, y) as shares."""
    count, points, rows, columns = maps.shape
    weights = maps.reshape(count, points, -1).softmax(dim=-1).reshape(maps.shape)
    x = (torch.arange(columns, dtype=maps.dtype) + 0.5) / columns
    y = (torch.arange(rows, dtype=maps.dtype) + 0.5) / rows
    return torch.stack([(weights.sum(2) * x).sum(-1), (weights.sum(3) * y).sum(-1)], dim=-1)


def _block(before: int, after: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, stride, 1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
        nn.Conv2d(after, after, 3, 1, 1, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(),
    )
