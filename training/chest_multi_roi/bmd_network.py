"""The network on the regions: one encoder for all, an answer from each region and one from all together."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from desktop.clinical.chest import REGIONS
from desktop.clinical.lumbar import VERTEBRAE
from training.chest_multi_roi.encoders import encoder
from training.chest_multi_roi.settings import BmdSettings

SINGLES = {
    "cervical": ("cervical_spine",),
    "clavicle": ("right_clavicle", "left_clavicle"),
    "lumbar": ("t12",),
    "ribcage": ("right_ribs", "left_ribs"),
    "chest": ("chest",),
}
"""The single-region models, by the study's names, with their regions."""

_IMAGENET_MEAN, _IMAGENET_SD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
_LEAST_SD = 0.02
_MINERAL_G_CM2 = (0.5, 0.4)
"""About the mean and the SD of mineral in the regions, as the phantoms' maps tell it."""


def regions_seen(settings: BmdSettings) -> tuple[str, ...]:
    """Return the names of the regions that the network takes, in their order."""
    return REGIONS if settings.regions == "multi" else SINGLES[settings.regions]


class BmdNetwork(nn.Module):
    """From regions [n, region, size, size], 0 to 1, to BMD of L1 to L4.

    Inside it works with BMD less the training part's mean over its SD; `answer` gives g/cm2. A model of seven
    regions has a joint head on all features, whose answer counts; a single-region model has not, and the
    answers of its one or two regions are averaged.
    """

    def __init__(self, settings: BmdSettings, mean_g_cm2: Tensor, sd_g_cm2: Tensor) -> None:
        super().__init__()
        self.imagenet = settings.grey == "imagenet"
        self.count = len(regions_seen(settings))
        self.encoder = encoder(settings)
        features, answers = self.encoder.channels, len(VERTEBRAE)
        self.each = nn.Linear(features, answers)
        self.mineral = nn.Conv2d(features, 1, 1) if settings.mineral else None
        self.mineral_weight = settings.mineral
        self.joint = nn.Linear(features * self.count, answers) if settings.regions == "multi" else None
        self.register_buffer("mean_g_cm2", mean_g_cm2)
        self.register_buffer("sd_g_cm2", sd_g_cm2)

    def forward(self, regions: Tensor) -> tuple[Tensor, Tensor]:
        """Return standardised BMD by the head that counts, [n, 4], and by each region, [n, region, 4]."""
        return self.heads(self.maps(regions))

    def maps(self, regions: Tensor) -> Tensor:
        """Return the encoder's maps of each region, [n, region, channel, row, column]."""
        maps = self.encoder(self._scaled(regions.flatten(0, 1)[:, None]))
        return maps.unflatten(0, (-1, self.count))

    def heads(self, maps: Tensor) -> tuple[Tensor, Tensor]:
        """Return what `forward` does, of `maps`; both heads weigh their means linearly."""
        features = maps.mean(dim=(3, 4))
        each = self.each(features)
        joint = each.mean(dim=1) if self.joint is None else self.joint(features.flatten(1))
        return joint, each

    def answer(self, regions: Tensor) -> Tensor:
        """Return BMD in g/cm2, [n, 4]."""
        return self(regions)[0] * self.sd_g_cm2 + self.mean_g_cm2

    def loss(self, regions: Tensor, bmd_g_cm2: Tensor, mineral_g_cm2: Tensor | None = None) -> Tensor:
        """Return the mean of all heads' mean squared errors, eight for seven regions, of standardised BMD.

        To it is added the weighted error of the maps' `mineral_g_cm2`, [n, region, row, column], NaN where it
        is not known.
        """
        maps = self.maps(regions)
        bmd = self._bmd_loss(maps, bmd_g_cm2)
        if self.mineral is None or mineral_g_cm2 is None:
            return bmd
        return bmd + self.mineral_weight * self._mineral_loss(maps, mineral_g_cm2)

    def _bmd_loss(self, maps: Tensor, bmd_g_cm2: Tensor) -> Tensor:
        target = (bmd_g_cm2 - self.mean_g_cm2) / self.sd_g_cm2
        joint, each = self.heads(maps)
        errors = (each - target[:, None]).square().mean(dim=(0, 2))
        if self.joint is None:
            return errors.mean()
        return torch.cat([errors, (joint - target).square().mean()[None]]).mean()

    def _mineral_loss(self, maps: Tensor, mineral_g_cm2: Tensor) -> Tensor:
        known = torch.isfinite(mineral_g_cm2)
        target = (torch.nan_to_num(mineral_g_cm2) - _MINERAL_G_CM2[0]) / _MINERAL_G_CM2[1]
        found = self.mineral(maps.flatten(0, 1))[:, 0].unflatten(0, (-1, self.count))
        return ((found - target).square() * known).sum() / known.sum().clamp(min=1)

    def _scaled(self, pictures: Tensor) -> Tensor:
        if self.imagenet:
            mean, sd = (pictures.new_tensor(each)[:, None, None] for each in (_IMAGENET_MEAN, _IMAGENET_SD))
            return (pictures.expand(-1, 3, -1, -1) - mean) / sd
        centred = pictures - pictures.mean(dim=(2, 3), keepdim=True)
        return centred / (centred.square().mean(dim=(2, 3), keepdim=True).sqrt() + _LEAST_SD)
