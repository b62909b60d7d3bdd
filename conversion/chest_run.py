"""A trained chest run as conversion needs it: both networks, and the pictures by part with their truth."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from conversion.errors import ConversionError
from conversion.trained import Configuration, JudgedRun, data_folder, decoded, with_calibration
from desktop.clinical.chest import LANDMARKS
from desktop.clinical.lumbar import VERTEBRAE, mean_area_shares
from desktop.imaging.preprocess import on_square

if TYPE_CHECKING:
    from training.chest_multi_roi.bmd_network import BmdNetwork
    from training.chest_multi_roi.landmark_network import GraphNetwork
    from training.data.manifest import Row

UNKNOWN = (np.nan, np.nan)


@dataclass(frozen=True, eq=False)
class ChestRun(JudgedRun):
    """A run of both stages; square_px and region_px are the sides of the networks' inputs."""

    landmark_network: GraphNetwork
    bmd_network: BmdNetwork
    square_px: int
    region_px: int


def read_chest_run(run: Path, folder: Path | None = None) -> ChestRun:
    """Return the finished run in `run`; `folder` is its data folder where that was moved.

    ConversionError where a stage is not finished, where the data are not those that it learned from, and
    where it is one of the single-region models or has landmarks by maps alone.
    """
    from training.chest_multi_roi.bmd_data import rows_with_bmd, split
    from training.chest_multi_roi.landmark_network import GraphNetwork
    from training.chest_multi_roi.landmark_stage import read_network, read_settings
    from training.chest_multi_roi.settings import BmdSettings

    for stage in ("landmarks", "bmd"):
        if not (run / stage / "metrics.json").is_file():
            raise ConversionError(f"{run} has no finished {stage}: train that stage first.")
    configuration = decoded(run / "bmd", Configuration)
    settings = msgspec.convert(configuration.settings, BmdSettings)
    if settings.regions != "multi":
        raise ConversionError(f"{run} looks at some regions only: convert a run with --regions multi.")
    landmarks = read_network(run)
    if not isinstance(landmarks, GraphNetwork):
        raise ConversionError(
            f"{run} has landmarks without a second look at them: convert a run with --method graph."
        )
    place = data_folder(run, configuration, folder)
    rows, _ = rows_with_bmd(place, configuration.limit)
    shares = np.array([mean_area_shares()[site] for site in VERTEBRAE])
    return ChestRun(
        configuration,
        place,
        VERTEBRAE,
        rows,
        np.array([row.bmd_by_vertebra for row in rows], np.float32),
        shares / shares.sum(),
        with_calibration(split(rows, place, settings)),
        landmark_network=landmarks,
        bmd_network=_bmd_network(run / "bmd" / "network.pt", settings),
        square_px=read_settings(run).size_px,
        region_px=settings.size_px,
    )


def true_landmarks(row: Row, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the manifest's landmarks, [landmark, (x, y)], shares of the square; NaN where it tells none."""
    return on_square(np.array([row.points.get(name, UNKNOWN) for name in LANDMARKS]), *shape)


def _bmd_network(path: Path, settings: object) -> BmdNetwork:
    import torch

    from training.chest_multi_roi.bmd_network import BmdNetwork

    network = BmdNetwork(settings, torch.zeros(len(VERTEBRAE)), torch.zeros(len(VERTEBRAE)))
    network.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return network.eval()
