"""The network on the regions: eight heads, the joint one's answer counts, and a mirror image is a swap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from desktop.clinical.chest import REGIONS, regions_of
from desktop.imaging.regions import region_tensor
from training.chest_multi_roi.bmd_network import SINGLES, BmdNetwork, regions_seen
from training.chest_multi_roi.region_changes import changed_alike, flipped, mirrored_alike
from training.chest_multi_roi.settings import Settings

pytestmark = pytest.mark.training
MEAN, SD = torch.tensor([0.9, 1.0, 1.0, 1.0]), torch.tensor([0.1, 0.2, 0.1, 0.1])


def _network(settings: Settings, regions: str, grey: str = "own") -> BmdNetwork:
    torch.manual_seed(1)
    return BmdNetwork(replace(settings.bmd, regions=regions, grey=grey), MEAN, SD).eval()


def test_the_loss_is_the_mean_of_eight(small: Settings) -> None:
    network = _network(small, "multi")
    regions, bmd = torch.rand(3, 7, 32, 32), torch.rand(3, 4) + 0.5
    joint, each = network(regions)
    target = (bmd - MEAN) / SD
    heads = [joint, *each.unbind(dim=1)]
    expected = sum(float(((head - target) ** 2).mean().detach()) for head in heads) / 8
    assert len(heads) == 8
    assert float(network.loss(regions, bmd).detach()) == pytest.approx(expected, rel=1e-5)
    assert torch.allclose(network.answer(regions), joint * SD + MEAN)


def test_mineral_is_learned_where_it_is_known(small: Settings) -> None:
    network = _network(small, "multi")
    regions, bmd = torch.rand(3, 7, 32, 32), torch.rand(3, 4) + 0.5
    assert network.maps(regions).shape == (3, 7, network.encoder.channels, 4, 4)
    known = torch.full((3, 7, 4, 4), torch.nan)

    def beside_bmd() -> torch.Tensor:
        return network.loss(regions, bmd, known) - network.loss(regions, bmd)

    assert float(beside_bmd().detach()) == pytest.approx(0.0, abs=1e-6)
    known[1] = 0.4
    before = float(beside_bmd().detach())
    optimizer = torch.optim.Adam(network.mineral.parameters(), 0.05)
    for _ in range(100):
        optimizer.zero_grad()
        beside_bmd().backward()
        optimizer.step()
    assert float(beside_bmd().detach()) < 0.1 * before


def test_all_regions_share_encoder_and_head(small: Settings) -> None:
    network = _network(small, "multi")
    same = torch.rand(1, 1, 32, 32).expand(1, 7, 32, 32)
    assert torch.allclose(network(same)[1][0], network(same)[1][0, :1].expand(7, 4), atol=1e-6)


@pytest.mark.parametrize(("name", "regions"), SINGLES.items())
def test_a_single_region_model_averages_its_sides(
    small: Settings, name: str, regions: tuple[str, ...]
) -> None:
    network = _network(small, name)
    assert regions_seen(replace(small.bmd, regions=name)) == regions
    joint, each = network(torch.rand(2, len(regions), 32, 32))
    assert torch.allclose(joint, each.mean(dim=1))
    assert set(regions) <= set(REGIONS)


def test_own_grey_does_not_see_brightness_and_contrast(small: Settings) -> None:
    network = _network(small, "chest")
    regions = torch.rand(2, 1, 32, 32)
    assert torch.allclose(network(regions)[0], network(0.2 + 0.7 * regions)[0], atol=0.05)
    paper = _network(small, "chest", grey="imagenet")
    assert paper.encoder.resnet.conv1.in_channels == 3
    assert paper(regions)[0].shape == (2, 4)


def test_flipping_the_crops_is_flipping_the_picture(
    figure: tuple[dict[str, tuple[float, float]], np.ndarray],
) -> None:
    points, picture = figure
    swap = {"right": "left", "left": "right"}
    mirrored = {}
    for name, (x, y) in points.items():
        side, _, part = name.partition("_")
        mirrored[f"{swap[side]}_{part}" if side in swap else name] = (picture.shape[1] - 1.0 - x, y)
    crops = region_tensor(picture, regions_of(points), 40)
    of_mirrored = region_tensor(np.ascontiguousarray(picture[:, ::-1]), regions_of(mirrored), 40)
    difference = np.abs(flipped(crops, REGIONS).astype(int) - of_mirrored)
    assert difference.mean() < 1.5
    assert np.abs(crops.astype(int) - of_mirrored).mean() > 3 * difference.mean()


def test_changes_keep_the_regions_apart_and_the_original_whole() -> None:
    crops = np.stack([np.full((24, 24), 30 * k, np.uint8) for k in range(7)])
    before = crops.copy()
    (found,) = changed_alike((crops,), REGIONS, np.random.default_rng(1))
    assert np.array_equal(crops, before)
    assert sorted(found.mean(axis=(1, 2)).round()) == [0, 30, 60, 90, 120, 150, 180]


def test_as_cut_regions_are_mirrored_or_left_alone() -> None:
    crops = np.random.default_rng(2).integers(0, 256, (7, 8, 8), dtype=np.uint8)
    found = [mirrored_alike((crops, crops), REGIONS, np.random.default_rng(seed)) for seed in range(12)]
    mirrored = [np.array_equal(one, flipped(crops, REGIONS)) for one, _ in found]
    assert 0 < sum(mirrored) < len(found)
    for is_mirrored, (one, other) in zip(mirrored, found, strict=True):
        assert is_mirrored or np.array_equal(one, crops)
        assert np.array_equal(one, other)


def test_a_smaller_copy_of_the_regions_is_changed_alike() -> None:
    large = np.zeros((7, 64, 64), np.uint8)
    for k in range(7):
        large[k, 8 + 4 * k : 24 + 4 * k, 16:40] = 200
    small = large.reshape(7, 16, 4, 16, 4).mean(axis=(2, 4)).astype(np.uint8)
    for seed in range(4):
        one, other = changed_alike((large, small), REGIONS, np.random.default_rng(seed))
        coarse = one.reshape(7, 16, 4, 16, 4).mean(axis=(2, 4))
        assert np.abs(coarse - other).mean() < 8.0
        assert np.abs(coarse - small).mean() > 2 * np.abs(coarse - other).mean()
