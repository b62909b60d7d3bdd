"""A trained run as conversion needs it: the network, its pictures by part, and their truth."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from conversion.errors import ConversionError
from desktop.clinical.lumbar import GROUP

if TYPE_CHECKING:
    import keras

    from training.data.manifest import Row

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
    limit: int | None = None


@dataclass(frozen=True, eq=False)
class JudgedRun:
    """A run's pictures and their true BMD.

    folder: of the pictures; all_rows: of its manifest, those that the run uses; bmd_g_cm2: [row, site];
    shares: of each site in L1-L4; parts: places in `all_rows` by name of the part.
    """

    configuration: Configuration
    folder: Path
    sites: tuple[str, ...]
    all_rows: Sequence[Row]
    bmd_g_cm2: NDArray[np.float32]
    shares: Values
    parts: Mapping[str, NDArray[np.intp]]

    def rows(self, part: str) -> list[Row]:
        """Return the manifest's rows of a part."""
        return [self.all_rows[k] for k in self.parts[part]]

    def truth(self, part: str) -> dict[str, Values]:
        """Return the true BMD by site and of L1-L4 in g/cm2, each [picture]."""
        places = self.parts[part]
        by_site = {site: self.bmd_g_cm2[places, k].astype(float) for k, site in enumerate(self.sites)}
        return by_site | {GROUP: self._group(places)}

    def by_site(self, answers: NDArray[np.float32]) -> dict[str, Values]:
        """Return answers, [picture, site], by site and of L1-L4."""
        named = {site: answers[:, k].astype(float) for k, site in enumerate(self.sites)}
        return named | {GROUP: answers.astype(float) @ self.shares}

    @property
    def area_shares(self) -> dict[str, float]:
        """Return each site's weight in L1-L4; they sum to 1."""
        return {site: float(share) for site, share in zip(self.sites, self.shares, strict=True)}

    def _group(self, places: NDArray[np.intp]) -> Values:
        known = (self.all_rows[k].bmd_l1_l4_g_cm2 or self.bmd_g_cm2[k] @ self.shares for k in places)
        return np.array([float(value) for value in known])


@dataclass(frozen=True, eq=False)
class TrainedRun(JudgedRun):
    """A run of a network on the whole picture; pictures: uint8 [row, row of the picture, column, RGB]."""

    model: keras.Model
    pictures: NDArray[np.uint8]


class Pictures(Protocol):
    """What every run to convert has: what it was told, its pictures' folder, and their rows by part."""

    configuration: Configuration
    folder: Path
    parts: Mapping[str, NDArray[np.intp]]

    def rows(self, part: str) -> list[Row]:
        """Return the manifest's rows of a part."""


class Forms(Protocol):
    """What one network's forms answer, g/cm2 [picture] by site and of L1-L4."""

    run: JudgedRun
    framework_test: dict[str, Values]
    float_test: dict[str, Values]
    int8_test: dict[str, Values]
    int8_calibrate: dict[str, Values]


def read_family(run: Path) -> str:
    """Return the family of the finished run in `run`; ConversionError where there is none."""
    for place in (run, run / "bmd"):
        if (place / "config.json").is_file():
            return decoded(place, Head).family
    raise ConversionError(f"{run} holds no finished run: train there first.")


def read_run(run: Path, folder: Path | None = None) -> TrainedRun:
    """Return the finished run in `run`; `folder` is its data folder where that was moved.

    ConversionError where the run is not finished, or its data are not those that it learned from.
    """
    if not (run / "model.keras").is_file():
        raise ConversionError(f"{run} holds no finished run: train there first.")
    configuration = decoded(run, Configuration)
    return _read(run, data_folder(run, configuration, folder), configuration)


def data_folder(run: Path, configuration: Configuration, folder: Path | None) -> Path:
    """Return the folder of the run's data, `folder` where it was moved; ConversionError for other data."""
    place = folder or Path(configuration.data or "")
    manifest = place / "manifest.csv"
    if not manifest.is_file() or _sha256(manifest) != configuration.manifest_sha256:
        raise ConversionError(f"{place} does not hold the data of {run}: name the right folder with --data.")
    return place


def _read(run: Path, place: Path, configuration: Configuration) -> TrainedRun:
    import keras

    from training.dxa_bmd.data import read_data
    from training.dxa_bmd.settings import Settings

    settings = msgspec.convert(configuration.settings, Settings)
    data = read_data(place, settings)
    shares = np.array(data.targets.area_shares)
    return TrainedRun(
        configuration,
        place,
        settings.sites,
        data.rows,
        data.bmd_g_cm2,
        shares / shares.sum(),
        with_calibration(data.parts),
        model=keras.saving.load_model(run / "model.keras", compile=False),
        pictures=data.pictures,
    )


def decoded(place: Path, kind: type[Said]) -> Said:
    """Return what config.json in `place` says; ConversionError where it makes no sense."""
    try:
        return msgspec.json.decode((place / "config.json").read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError) as error:
        raise ConversionError(f"{place / 'config.json'} makes no sense: train anew.") from error


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def with_calibration(parts: Mapping[str, NDArray[np.intp]]) -> dict[str, NDArray[np.intp]]:
    """Return the parts; a protocol without one for calibration gives every other test picture to it."""
    if "calibrate" in parts:
        return dict(parts)
    return {**parts, "calibrate": parts["test"][1::2], "test": parts["test"][::2]}
