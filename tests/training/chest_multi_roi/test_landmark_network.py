"""Landmarks by graphs: a new network answers the mean shape, its parts do what they say, and it learns."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from training.chest_multi_roi.landmark_network import (
    GraphNetwork,
    build,
    in_perspective,
    interpolated,
)
from training.chest_multi_roi.settings import LandmarkSettings, Settings

pytestmark = pytest.mark.training
SHAPE = torch.tensor([[0.3, 0.3], [0.7, 0.3], [0.5, 0.8]])


@pytest.fixture
def landmarks(small: Settings) -> LandmarkSettings:
    torch.manual_seed(1)
    return small.landmarks


def test_a_new_graph_network_answers_the_mean_shape(landmarks: LandmarkSettings) -> None:
    network = build(landmarks, SHAPE).eval()
    assert torch.allclose(network(torch.rand(2, 1, 32, 32)), SHAPE.expand(2, 3, 2), atol=1e-6)


def test_no_transform_leaves_points_and_a_shift_moves_them() -> None:
    points = SHAPE[None]
    transform = torch.zeros(1, 9)
    assert torch.allclose(in_perspective(points, transform), points, atol=1e-6)
    transform[0, 2] = 0.2
    assert torch.allclose(in_perspective(points, transform), points + torch.tensor([0.1, 0.0]), atol=1e-6)


def test_perspective_is_the_textbooks() -> None:
    transform = torch.tensor([[0.1, 0.05, 0.02, -0.1, 0.2, 0.0, 0.3, -0.2, 0.0]])
    x, y = 0.4, -0.6
    weight = 0.3 * x - 0.2 * y + 1
    expected = ((1.1 * x + 0.05 * y + 0.02) / weight, (-0.1 * x + 1.2 * y) / weight)
    found = in_perspective(torch.tensor([[[(x + 1) / 2, (y + 1) / 2]]]), transform)[0, 0]
    assert found * 2 - 1 == pytest.approx(expected, abs=1e-6)


def test_maps_are_interpolated_at_pixel_centres() -> None:
    maps = torch.arange(12.0).reshape(1, 1, 3, 4)
    points = torch.tensor([[[0.5 / 4, 0.5 / 3], [2.5 / 4, 1.5 / 3], [2.0 / 4, 1.5 / 3]]])
    assert interpolated(maps, points)[0, :, 0].tolist() == pytest.approx([0.0, 6.0, 5.5], abs=1e-4)


def test_edges_carry_features_from_other_points(landmarks: LandmarkSettings) -> None:
    network = build(landmarks, SHAPE)
    assert isinstance(network, GraphNetwork)
    graph = network.parts[0]
    torch.nn.init.normal_(graph.last.weight)
    features = torch.rand(1, 3, network.whole.first.own.in_features)
    elsewhere = features.clone()
    elsewhere[0, 2] += 1.0
    alone = torch.eye(3)
    assert torch.allclose(graph(features, alone)[0, 0], graph(elsewhere, alone)[0, 0])
    assert not torch.allclose(graph(features, network.edges)[0, 0], graph(elsewhere, network.edges)[0, 0])


def of_graphs(network: GraphNetwork, pictures: torch.Tensor, points: torch.Tensor) -> float:
    """Return the loss without that of the spots."""
    with torch.no_grad():
        of_spots = network.spots.loss(network.pyramid(pictures)[-1], points)
        return float(network.loss(pictures, points) - of_spots)


def test_a_small_global_error_costs_nothing(landmarks: LandmarkSettings) -> None:
    network = build(replace(landmarks, graph_steps=1), SHAPE).eval()
    assert isinstance(network, GraphNetwork)
    assert of_graphs(network, torch.rand(1, 1, 32, 32), SHAPE[None] + 0.004) == pytest.approx(0.004, abs=1e-5)


@pytest.mark.parametrize("method", ["graph", "heatmap"])
def test_an_unknown_point_does_not_count(landmarks: LandmarkSettings, method: str) -> None:
    network = build(replace(landmarks, method=method), SHAPE).eval()
    pictures, points = torch.rand(2, 1, 32, 32), SHAPE.expand(2, 3, 2) + 0.1
    unknown = points.clone()
    unknown[1, 2] = torch.nan
    loss = network.loss(pictures, unknown)
    loss.backward()
    gradients = [each.grad for each in network.parameters() if each.grad is not None]
    assert all(torch.isfinite(each).all() for each in (loss, *gradients))
    if isinstance(network, GraphNetwork):  # a new one is off by 0.1 everywhere
        known = of_graphs(network, pictures, points)
        assert of_graphs(network, pictures, unknown) == pytest.approx(known, abs=1e-6)


@pytest.mark.parametrize("method", ["graph", "heatmap"])
def test_a_network_learns_where_a_spot_is(landmarks: LandmarkSettings, method: str) -> None:
    network = build(replace(landmarks, method=method), SHAPE[:1].expand(1, 2).clone())
    random = np.random.default_rng(2)
    optimizer = torch.optim.AdamW(network.parameters(), 1e-2)
    rows, columns = np.mgrid[:32, :32]

    def spots(count: int) -> tuple[torch.Tensor, torch.Tensor]:
        points = random.uniform(0.2, 0.8, (count, 1, 2))
        off = (columns - points[:, 0, :1, None] * 32 + 0.5) ** 2
        off = off + (rows - points[:, 0, 1:, None] * 32 + 0.5) ** 2
        pictures = np.exp(-off / 8)[:, None]
        return torch.tensor(pictures, dtype=torch.float32), torch.tensor(points, dtype=torch.float32)

    network.train()
    for _ in range(120):
        loss = network.loss(*spots(16))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    pictures, points = spots(64)
    with torch.no_grad():
        network.eval()
        found = network.seen(pictures) if isinstance(network, GraphNetwork) else (network(pictures),)
        errors = [(each - points).norm(dim=-1).mean() for each in found]
    assert max(errors) < 0.06  # always the middle: 0.23
