"""Encoders: as large as published, named as torchvision names them, and only started from what fits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from training.chest_multi_roi.encoders import MAP_STRIDE, encoder, load_weights
from training.chest_multi_roi.settings import PRESETS, BmdSettings
from training.data.manifest import DataError

pytestmark = pytest.mark.training


def _settings(name: str, width: float = 1.0) -> BmdSettings:
    return replace(PRESETS["paper"].bmd, encoder=name, width=width)


@pytest.mark.parametrize(
    ("name", "channels", "weights"),
    [
        ("vgg11", 512, 9_220_480),
        ("vgg16", 512, 14_714_688),
        ("resnet18", 512, 11_176_512),
        ("resnet34", 512, 21_284_672),
        ("resnet50", 2048, 23_508_032),
    ],
)
def test_a_whole_encoder_has_the_published_weights(name: str, channels: int, weights: int) -> None:
    with torch.device("meta"):
        network = encoder(_settings(name))
    assert network.channels == channels
    assert sum(each.numel() for each in network.parameters()) == weights


@pytest.mark.parametrize("name", ["vgg11", "vgg16", "resnet18", "resnet34", "resnet50"])
def test_maps_are_a_thirty_second_of_the_picture(name: str) -> None:
    network = encoder(_settings(name, 1 / 16)).eval()
    assert network(torch.rand(2, 3, 64, 96)).shape == (2, network.channels, 2, 3)


@pytest.mark.parametrize("name", ["resnet18", "resnet50"])
def test_a_decoders_maps_are_an_eighth_of_the_picture(name: str) -> None:
    network = encoder(replace(_settings(name, 1 / 16), decoder=12)).eval()
    assert network.channels == 12
    assert network(torch.rand(2, 3, 64, 104)).shape == (2, 12, 64 // MAP_STRIDE, 104 // MAP_STRIDE)


def test_a_decoder_leaves_the_encoders_weights_their_place(tmp_path: Path) -> None:
    plain = encoder(_settings("resnet18", 1 / 16))
    decoded = encoder(replace(_settings("resnet18", 1 / 16), decoder=8))
    torch.save(plain.state_dict(), tmp_path / "weights.pt")
    load_weights(decoded, tmp_path / "weights.pt")
    assert torch.equal(decoded.resnet.layer4[1].conv2.weight, plain.layer4[1].conv2.weight)


def test_a_runs_network_starts_encoder_and_decoder(tmp_path: Path) -> None:
    first, second = (encoder(replace(_settings("resnet18", 1 / 16), decoder=8)) for _ in range(2))
    of_run = {f"encoder.{name}": each for name, each in first.state_dict().items()}
    torch.save(of_run | {"each.weight": torch.rand(4, 8)}, tmp_path / "network.pt")
    load_weights(second, tmp_path / "network.pt")
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_names_are_torchvisions() -> None:
    vgg = encoder(_settings("vgg16", 1 / 16)).state_dict()
    assert {"features.0.weight", "features.2.bias", "features.28.weight"} <= set(vgg)
    resnet = encoder(_settings("resnet50", 1 / 16)).state_dict()
    assert {"conv1.weight", "layer1.0.downsample.0.weight", "layer4.2.bn3.running_mean"} <= set(resnet)


def test_weights_are_taken_from_a_file(tmp_path: Path) -> None:
    first, second = (encoder(_settings("resnet18", 1 / 16)) for _ in range(2))
    classifier = first.state_dict() | {"fc.weight": torch.rand(10, 32)}
    torch.save(classifier, tmp_path / "weights.pt")
    assert not torch.equal(first.conv1.weight, second.conv1.weight)
    load_weights(second, tmp_path / "weights.pt")
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))


def test_weights_that_do_not_fit_are_one_sentence(tmp_path: Path) -> None:
    torch.save(encoder(_settings("vgg11", 1 / 8)).state_dict(), tmp_path / "weights.pt")
    with pytest.raises(DataError, match="does not fit this encoder"):
        load_weights(encoder(_settings("vgg11", 1 / 16)), tmp_path / "weights.pt")
    (tmp_path / "text.pt").write_text("no weights")
    with pytest.raises(DataError, match="is no file of torch weights"):
        load_weights(encoder(_settings("vgg11", 1 / 16)), tmp_path / "text.pt")
