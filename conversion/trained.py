"""A trained run as conversion needs it: the network, its pictures by part, and their truth."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from conversion.errors import ConversionError
from desktop.clinical.lumbar import GROUP

if TYPE_CHECKING:
    import keras

    from training.data.manifest import Row
    from training.dxa_bmd.data import Data

Values = NDArray[np.float64]
Said = TypeVar("Said")


class Head(msgspec.Struct, frozen=True):
    """What every run's config.json says."""

    family: str


class Configuration(msgspec.Struct, frozen=True):
    """What conversion reads of a run's config.json."""

    family: str
    settings: dict[str, object]
    evidence: Literal["phantom", "clinical"]
    manifest_sha256: str
    preprocessing: str
    data: str | None = None


@dataclass(frozen=True, eq=False)
class TrainedRun:
    """The network and the pictures that it is calibrated and judged on; `folder` is that of the pictures."""

    configuration: Configuration
    model: keras.Model
    data: Data
    folder: Path
    sites: tuple[str, ...]
    parts: Mapping[str, NDArray[np.intp]]

    def rows(self, part: str) -> list[Row]:
        """Return the manifest's rows of a part."""
        return [self.data.rows[k] for k in self.parts[part]]

    def truth(self, part: str) -> dict[str, Values]:
        """Return the true BMD by site and of L1-L4 in g/cm2, each [picture]."""
        places = self.parts[part]
        by_site = {site: self.data.bmd_g_cm2[places, k].astype(float) for k, site in enumerate(self.sites)}
        return by_site | {GROUP: self._group(places)}

    def by_site(self, answers: NDArray[np.float32]) -> dict[str, Values]:
        """Return answers, [picture, site], by site and of L1-L4."""
        named = {site: answers[:, k].astype(float) for k, site in enumerate(self.sites)}
        return named | {GROUP: answers.astype(float) @ self._shares}

    @property
    def area_shares(self) -> dict[str, float]:
        """Return each site's weight in L1-L4; they sum to 1."""
        return {site: float(share) for site, share in zip(self.sites, self._shares, strict=True)}

    @property
    def _shares(self) -> Values:
        shares = np.array(self.data.targets.area_shares)
        return shares / shares.sum()

    def _group(self, places: NDArray[np.intp]) -> Values:
        known = (self.data.rows[k].bmd_l1_l4_g_cm2 or self.data.bmd_g_cm2[k] @ self._shares for k in places)
        return np.array([float(value) for value in known])


def read_family(run: Path) -> str:
    """Return the family of the finished run in `run`; ConversionError where there is none."""
    return _decoded(run, Head).family


def read_run(run: Path, folder: Path | None = None) -> TrainedRun:
    """Return the finished run in `run`; `folder` is its data folder where that was moved.

    ConversionError where the run is not finished, or its data are not those that it learned from.
    """
    configuration = _decoded(run, Configuration)
    place = folder or Path(configuration.data or "")
    manifest = place / "manifest.csv"
    if not manifest.is_file() or _sha256(manifest) != configuration.manifest_sha256:
        raise ConversionError(f"{place} does not hold the data of {run}: name the right folder with --data.")
    return _read(run, place, configuration)


def _read(run: Path, place: Path, configuration: Configuration) -> TrainedRun:
    import keras

    from training.dxa_bmd.data import read_data
    from training.dxa_bmd.settings import Settings

    settings = msgspec.convert(configuration.settings, Settings)
    data = read_data(place, settings)
    model = keras.saving.load_model(run / "model.keras", compile=False)
    return TrainedRun(configuration, model, data, place, settings.sites, _parts(data.parts))


def _decoded(run: Path, kind: type[Said]) -> Said:
    if not (run / "model.keras").is_file():
        raise ConversionError(f"{run} holds no finished run: train there first.")
    try:
        return msgspec.json.decode((run / "config.json").read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConversionError(f"{run / 'config.json'} makes no sense: train anew.") from error


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _parts(parts: Mapping[str, NDArray[np.intp]]) -> dict[str, NDArray[np.intp]]:
    """Return the parts; a protocol without one for calibration gives every other test picture to it."""
    if "calibrate" in parts:
        return dict(parts)
    return {**parts, "calibrate": parts["test"][1::2], "test": parts["test"][::2]}
