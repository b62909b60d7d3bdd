"""A trained ensemble as conversion needs it: networks, forest and stack, and its strips by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from conversion.errors import ConversionError
from conversion.trained import Configuration, data_folder, decoded, with_calibration
from desktop.clinical.spine_column import find_column

if TYPE_CHECKING:
    from training.data.manifest import Row
    from training.stacked_ensemble.run_files import Ensemble

Strips = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class EnsembleRun:
    """A finished run.

    folder: of the pictures; all_rows: of its manifest, those that the run uses; strips: uint8 [row of
    `all_rows`, row, column]; classes: 0 to 2 in the order of the manifest's; parts: places in `all_rows`.
    """

    configuration: Configuration
    folder: Path
    ensemble: Ensemble
    all_rows: Sequence[Row]
    strips: Strips
    classes: NDArray[np.intp]
    parts: Mapping[str, NDArray[np.intp]]

    def rows(self, part: str) -> list[Row]:
        """Return the manifest's rows of a part."""
        return [self.all_rows[k] for k in self.parts[part]]

    def shown(self, part: str) -> Strips:
        """Return the strips of a part, uint8 [strip, row, column]."""
        return np.asarray(self.strips[self.parts[part]])

    def truth(self, part: str) -> NDArray[np.intp]:
        """Return the true classes of a part, [picture]."""
        return self.classes[self.parts[part]]


def read_ensemble_run(run: Path, folder: Path | None = None, cache: Path | None = None) -> EnsembleRun:
    """Return the finished run in `run`; folder: of its data, cache: of its strips, where those were moved.

    ConversionError where it is not finished, learned from other data, or from denoised strips: the desktop
    cuts them as they are.
    """
    from training.stacked_ensemble.data import read_data
    from training.stacked_ensemble.run_files import read_ensemble
    from training.stacked_ensemble.settings import Settings

    if not (run / "metrics.json").is_file():
        raise ConversionError(f"{run} holds no finished run: train there first.")
    configuration = decoded(run, Configuration)
    settings = msgspec.convert(configuration.settings, Settings)
    if settings.denoise:
        raise ConversionError(f"{run} learned from denoised strips: convert a run without denoising.")
    place = data_folder(run, configuration, folder)
    data = read_data(place, settings, cache)
    return EnsembleRun(
        configuration,
        place,
        read_ensemble(run),
        data.rows,
        data.strips,
        data.classes,
        with_calibration(data.parts),
    )


def contrast_of(square: NDArray[np.uint8]) -> float:
    """Return by how many grey levels the column of vertebrae stands out on a square."""
    return find_column(square).contrast
