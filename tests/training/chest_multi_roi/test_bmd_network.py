"""The network on the regions: eight heads, the joint one's answer counts, and a mirror image is a swap."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from desktop.clinical.chest import REGIONS, regions_of
from desktop.imaging.regions import region_tensor
from training.chest_multi_roi.bmd_network import SINGLES, BmdNetwork, regions_seen
from training.chest_multi_roi.region_changes import changed, flipped
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
    assert paper.encoder.conv1.in_channels == 3
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
    found = changed(crops, REGIONS, np.random.default_rng(1))
    assert np.array_equal(crops, before)
    assert sorted(found.mean(axis=(1, 2)).round()) == [0, 30, 60, 90, 120, 150, 180]
