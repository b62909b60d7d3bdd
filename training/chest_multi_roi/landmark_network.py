"""Two networks that put the landmarks on a picture: by graphs that adapt their topology, by plain maps.

Both take pictures [n, 1, size, size], 0 to 1, and return points [n, landmark, (x, y)], shares of the side.
The graphs follow Li et al., "Structured Landmark Detection via Topology-Adapting Deep Graph Learning", 2020.
"""

from __future__ import annotations

from typing import TypeAlias

import torch
from torch import Tensor, nn

from training.chest_multi_roi.settings import LandmarkSettings
from training.landmarks.heatmap import HeatmapNetwork, Pyramid, Spots, known_mean

LandmarkNetwork: TypeAlias = "GraphNetwork | HeatmapNetwork"

MARGIN = 0.02
"""Share of the side by which the global estimate may be off without a loss."""


class GraphNetwork(nn.Module):
    """A global graph network moves the mean shape by a perspective transform, local ones then each point.

    mean_shape: [landmark, (x, y)], shares. The edges' weights are learned, one matrix for all graphs.
    Graphs keep the shape of a chest on any picture, so beside them the same pyramid shows each landmark
    alone, on a map of its own: where there is no chest, the two have little to do with each other.
    """

    def __init__(self, mean_shape: Tensor, widths: tuple[int, ...], hidden: int, steps: int) -> None:
        super().__init__()
        count = len(mean_shape)
        self.register_buffer("mean_shape", mean_shape)
        self.pyramid = Pyramid(widths)
        self.spots = Spots(widths[1], count)
        self.edges = nn.Parameter(torch.full((count, count), 1.0 / count))
        signal = sum(widths[1:]) + 2 * count
        self.whole = Graph(signal, hidden, 9)
        self.parts = nn.ModuleList(Graph(signal, hidden, 2) for _ in range(steps))

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the points after the last step."""
        return self.seen(pictures)[0]

    def seen(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Return the points after the last step, and where each one's own map shows it."""
        maps = self.pyramid(pictures)
        return self._steps(maps)[-1], self.spots(maps[-1])

    def _steps(self, maps: list[Tensor]) -> Tensor:
        """Return the points after the global step and each local one, [step, n, landmark, (x, y)]."""
        points = self.mean_shape.expand(len(maps[0]), -1, -1)
        transform = self.whole(self._signal(maps, points), self.edges).mean(dim=1)
        found = [in_perspective(points, transform)]
        for part in self.parts:
            found.append(found[-1] + part(self._signal(maps, found[-1]), self.edges))
        return torch.stack(found)

    def loss(self, pictures: Tensor, points: Tensor) -> Tensor:
        """Return what the first step is off beyond a margin, the others' mean error, and the spots' loss.

        Points that are NaN are not known and do not count.
        """
        maps = self.pyramid(pictures)
        steps = self._steps(maps)
        whole = torch.relu(known_mean((steps[0] - points).abs(), points, each=True) - MARGIN).mean()
        parts = torch.stack([known_mean((step - points).abs(), points) for step in steps[1:]]).mean()
        return whole + parts + self.spots.loss(maps[-1], points)

    def _signal(self, maps: list[Tensor], points: Tensor) -> Tensor:
        """Return each point's features: what the maps show there, and where the others lie from it."""
        seen = [interpolated(each, points) for each in maps]
        others = (points[:, None] - points[:, :, None]).flatten(2)
        return torch.cat([*seen, others], dim=-1)


class Graph(nn.Module):
    """Graph convolutions with residues: features of points to answers at points, [n, point, channel]."""

    def __init__(self, before: int, hidden: int, answers: int, depth: int = 3) -> None:
        super().__init__()
        self.first = GraphConvolution(before, hidden)
        self.blocks = nn.ModuleList(GraphConvolution(hidden, hidden) for _ in range(depth))
        self.last = nn.Linear(hidden, answers)
        nn.init.zeros_(self.last.weight)
        nn.init.zeros_(self.last.bias)

    def forward(self, features: Tensor, edges: Tensor) -> Tensor:
        """Return the answers; a new network's are all 0."""
        features = torch.relu(self.first(features, edges))
        for block in self.blocks:
            features = features + torch.relu(block(features, edges))
        return self.last(features)


class GraphConvolution(nn.Module):
    """Each point's own features and, by the weights of the edges, those of all points."""

    def __init__(self, before: int, after: int) -> None:
        super().__init__()
        self.own = nn.Linear(before, after)
        self.others = nn.Linear(before, after, bias=False)
        self.norm = nn.LayerNorm(after)

    def forward(self, features: Tensor, edges: Tensor) -> Tensor:
        """Return features [n, point, channel]."""
        return self.norm(self.own(features) + edges @ self.others(features))


def build(settings: LandmarkSettings, mean_shape: Tensor) -> LandmarkNetwork:
    """Return a network with new weights from torch's global seed; mean_shape [landmark, (x, y)], shares."""
    if settings.method == "heatmap":
        return HeatmapNetwork(len(mean_shape), settings.widths)
    return GraphNetwork(mean_shape, settings.widths, settings.graph_width, settings.graph_steps)


def interpolated(maps: Tensor, points: Tensor) -> Tensor:
    """Return what maps [n, channel, row, column] hold at points [n, point, (x, y)], [n, point, channel]."""
    grid = (points * 2 - 1)[:, :, None]
    found = nn.functional.grid_sample(maps, grid, padding_mode="border", align_corners=False)
    return found[..., 0].transpose(1, 2)


def in_perspective(points: Tensor, transform: Tensor) -> Tensor:
    """Return points [n, point, (x, y)] moved by a perspective transform about the middle of the picture.

    transform: [n, 9], the matrix row by row, less the identity.
    """
    matrix = transform.reshape(-1, 3, 3) + torch.eye(3, dtype=points.dtype, device=points.device)
    centred = torch.cat([points * 2 - 1, torch.ones_like(points[..., :1])], dim=-1)
    moved = centred @ matrix.transpose(1, 2)
    return (moved[..., :2] / moved[..., 2:].clamp(min=0.1) + 1) / 2
