"""The five published encoders, of any width, ending before their pooling: VGG11, VGG16, ResNet18, 34 and 50.

Layers are named as torchvision names them, so that its ImageNet weights fit where width and norm are as
published (Simonyan and Zisserman, 2015; He et al., 2016).
"""

from __future__ import annotations

from pathlib import Path
from pickle import UnpicklingError

import torch
from torch import Tensor, nn

from training.chest_multi_roi.settings import BmdSettings
from training.data.manifest import DataError

_VGG = {
    "vgg11": ((64,), (128,), (256, 256), (512, 512), (512, 512)),
    "vgg16": ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512)),
}
_RESNET = {"resnet18": (2, 2, 2, 2), "resnet34": (3, 4, 6, 3), "resnet50": (3, 4, 6, 3)}
_LEAST_CHANNELS = 4
MAP_STRIDE = 8
"""A picture's side over that of a decoder's maps."""


class Vgg(nn.Module):
    """Stacks of 3 x 3 convolutions, each stack followed by a halving."""

    def __init__(self, name: str, channels: int, width: float, normed: bool) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before = channels
        for stack in _VGG[name]:
            for published in stack:
                after = _scaled(published, width)
                layers += [nn.Conv2d(before, after, 3, padding=1), *_norm(after, normed), nn.ReLU()]
                before = after
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.channels = before
        _start(self)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return maps [n, channel, row, column]."""
        return self.features(pictures)


class Resnet(nn.Module):
    """A first convolution, then four stages of blocks with shortcuts; normalised throughout."""

    def __init__(self, name: str, channels: int, width: float) -> None:
        super().__init__()
        block: type[_Basic] | type[_Bottleneck] = _Bottleneck if name == "resnet50" else _Basic
        before = _scaled(64, width)
        self.widths: list[int] = []
        self.conv1 = nn.Conv2d(channels, before, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(before)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        for stage, count in enumerate(_RESNET[name]):
            inner, blocks = _scaled(64 * 2**stage, width), []
            for k in range(count):
                blocks.append(block(before, inner, stride=2 if stage and not k else 1))
                before = inner * block.EXPANSION
            setattr(self, f"layer{stage + 1}", nn.Sequential(*blocks))
            self.widths.append(before)
        self.channels = before
        _start(self)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return maps [n, channel, row, column]."""
        return self.stages(pictures)[-1]

    def stages(self, pictures: Tensor) -> list[Tensor]:
        """Return the maps of all four stages."""
        found = [self.maxpool(torch.relu(self.bn1(self.conv1(pictures))))]
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            found.append(stage(found[-1]))
        return found[1:]


class Decoded(nn.Module):
    """A ResNet whose last three stages are brought together at the second's size, an eighth of the side.

    As in feature pyramids (Lin et al., 2017), with one sum: what lies where stays in the maps.
    """

    def __init__(self, resnet: Resnet, channels: int) -> None:
        super().__init__()
        self.resnet, self.channels = resnet, channels
        self.sides = nn.ModuleList(nn.Conv2d(before, channels, 1) for before in resnet.widths[1:])
        self.blend = nn.Sequential(
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
        )
        _start(self.blend)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return maps [n, channel, row, column]."""
        maps = self.resnet.stages(pictures)[1:]
        size = maps[0].shape[2:]
        found = [side(each) for side, each in zip(self.sides, maps, strict=True)]
        large = [nn.functional.interpolate(each, size=size, mode="bilinear") for each in found[1:]]
        return self.blend(found[0] + large[0] + large[1])


class _Basic(nn.Module):
    EXPANSION = 1

    def __init__(self, before: int, inner: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, inner, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.downsample = _shortcut(before, inner, stride)

    def forward(self, features: Tensor) -> Tensor:
        found = torch.relu(self.bn1(self.conv1(features)))
        return torch.relu(self.bn2(self.conv2(found)) + self.downsample(features))


class _Bottleneck(nn.Module):
    EXPANSION = 4

    def __init__(self, before: int, inner: int, stride: int) -> None:
        super().__init__()
        after = inner * self.EXPANSION
        self.conv1 = nn.Conv2d(before, inner, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = nn.Conv2d(inner, inner, 3, stride, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = nn.Conv2d(inner, after, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(after)
        self.downsample = _shortcut(before, after, stride)

    def forward(self, features: Tensor) -> Tensor:
        found = torch.relu(self.bn1(self.conv1(features)))
        found = torch.relu(self.bn2(self.conv2(found)))
        return torch.relu(self.bn3(self.conv3(found)) + self.downsample(features))


def encoder(settings: BmdSettings) -> Vgg | Resnet | Decoded:
    """Return an encoder with new weights from torch's global seed; `channels` is its last maps' width."""
    channels = 3 if settings.grey == "imagenet" else 1
    if settings.encoder in _VGG:
        return Vgg(settings.encoder, channels, settings.width, settings.normed)
    resnet = Resnet(settings.encoder, channels, settings.width)
    return Decoded(resnet, settings.decoder) if settings.decoder else resnet


def load_weights(network: Vgg | Resnet | Decoded, path: Path) -> None:
    """Put torchvision's weights of a classifier, or those of a finished run's network.pt, into an encoder.

    A decoder takes a run's and keeps its own beside torchvision's, which have none. DataError where the
    file does not hold each weight of this encoder in its shape.
    """
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, ValueError, EOFError, UnpicklingError) as error:
        raise DataError(f"{path} is no file of torch weights; name another with --weights.") from error
    found = {name.removeprefix("encoder."): each for name, each in found.items()}
    if isinstance(network, Decoded) and not any(name.startswith("sides.") for name in found):
        network = network.resnet
    own = network.state_dict()
    counters = {name for name in own if name.endswith("num_batches_tracked")}
    wrong = [
        name for name in own.keys() - counters if name not in found or found[name].shape != own[name].shape
    ]
    if wrong:
        raise DataError(
            f"{path} does not fit this encoder: {min(wrong)} is missing or of another shape; "
            "weights of torchvision fit a width of 1 and grey repeated three times."
        )
    network.load_state_dict({name: found.get(name, own[name]) for name in own})


def _scaled(channels: int, width: float) -> int:
    return max(_LEAST_CHANNELS, round(channels * width))


def _norm(channels: int, normed: bool) -> list[nn.Module]:
    return [nn.BatchNorm2d(channels)] if normed else []


def _shortcut(before: int, after: int, stride: int) -> nn.Module:
    if before == after and stride == 1:
        return nn.Identity()
    return nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))


def _start(network: nn.Module) -> None:
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
