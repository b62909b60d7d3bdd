"""The network of one map a landmark, and its parts: a pyramid of convolutions, and the centre of each map.

Pictures are [n, 1, size, size], 0 to 1; points are [n, landmark, (x, y)], shares of the side.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

_LEAST_SD = 0.02
_SPOT_SD = 1.5
"""Of the spot that a map is to show, in its pixels."""
_SPOT_WEIGHT = 0.01


class Pyramid(nn.Module):
    """An encoder that halves the picture and a decoder that comes back to a quarter of its side.

    Returns the decoder's maps, from the smallest to the largest.
    """

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        pairs = zip((1, *widths), widths, strict=False)
        self.down = nn.ModuleList(_block(before, after, stride=2) for before, after in pairs)
        self.up = nn.ModuleList(
            _block(widths[k + 1] + widths[k], widths[k], stride=1) for k in range(len(widths) - 2, 0, -1)
        )

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Return the maps [n, channel, row, column]."""
        features, kept = standardised(pictures), []
        for block in self.down:
            features = block(features)
            kept.append(features)
        found = [features]
        for block, beside in zip(self.up, reversed(kept[1:-1]), strict=True):
            larger = nn.functional.interpolate(features, size=beside.shape[2:], mode="nearest")
            features = block(torch.cat([larger, beside], dim=1))
            found.append(features)
        return found


class Spots(nn.Module):
    """One map a landmark, made of maps of `channels`: its centre of mass, after a soft maximum."""

    def __init__(self, channels: int, points: int) -> None:
        super().__init__()
        self.maps = nn.Conv2d(channels, points, 1)
        self.sharpness = nn.Parameter(torch.tensor(1.0))

    def forward(self, features: Tensor) -> Tensor:
        """Return the points."""
        return centres(self._sharpened(features))

    def loss(self, features: Tensor, points: Tensor) -> Tensor:
        """Return the mean distance along x and y, and a little of how far each map is from one round spot.

        Without the second, a centre may lie between two guesses. Points that are NaN are not known and do
        not count.
        """
        maps = self._sharpened(features)
        return known_mean((centres(maps) - points).abs(), points) + _SPOT_WEIGHT * off_spots(maps, points)

    def _sharpened(self, features: Tensor) -> Tensor:
        return (self.maps(features) * self.sharpness).float()


class HeatmapNetwork(nn.Module):
    """Each landmark where its own map shows it."""

    def __init__(self, points: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        self.pyramid = Pyramid(widths)
        self.spots = Spots(widths[1], points)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the points."""
        return self.spots(self.pyramid(pictures)[-1])

    def loss(self, pictures: Tensor, points: Tensor) -> Tensor:
        """Return that of the maps."""
        return self.spots.loss(self.pyramid(pictures)[-1], points)


def off_spots(maps: Tensor, points: Tensor) -> Tensor:
    """Return the mean cross-entropy of maps [n, point, row, column] and round spots at the known points."""
    rows, columns = maps.shape[2:]
    known = torch.isfinite(points).all(dim=-1)
    at = torch.nan_to_num(points)
    across = _spot(at[..., 0], columns)[:, :, None, :]
    spots = (across * _spot(at[..., 1], rows)[:, :, :, None]).flatten(2)
    entropy = -(spots * maps.flatten(2).log_softmax(dim=-1)).sum(dim=-1)
    return (entropy * known).sum() / known.sum().clamp(min=1)


def _spot(shares: Tensor, count: int) -> Tensor:
    """Return a bell along one side at shares [n, point], [n, point, pixel], sum 1; 0 far outside."""
    pixels = torch.arange(count, device=shares.device) + 0.5
    bell = torch.exp(-0.5 * ((pixels - shares[..., None] * count) / _SPOT_SD) ** 2)
    return bell / (bell.sum(dim=-1, keepdim=True) + 1e-6)


def known_mean(errors: Tensor, points: Tensor, each: bool = False) -> Tensor:
    """Return the mean of errors [n, landmark, (x, y)] where points are known, over all or `each` picture."""
    known = torch.isfinite(points)
    over = (1, 2) if each else (0, 1, 2)
    return torch.where(known, errors, 0.0).sum(dim=over) / known.sum(dim=over).clamp(min=1)


def standardised(pictures: Tensor) -> Tensor:
    """Return each picture less its mean over its SD."""
    centred = pictures - pictures.mean(dim=(2, 3), keepdim=True)
    return centred / (centred.square().mean(dim=(2, 3), keepdim=True).sqrt() + _LEAST_SD)


def centres(maps: Tensor) -> Tensor:
    """Return the centre of mass of the soft maximum of maps [n, point, row, column], (x, y) as shares."""
    count, points, rows, columns = maps.shape
    weights = maps.reshape(count, points, -1).softmax(dim=-1).reshape(maps.shape)
    x = (torch.arange(columns, device=maps.device) + 0.5) / columns
    y = (torch.arange(rows, device=maps.device) + 0.5) / rows
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
