"""A trained lateral lumbar run as conversion needs it: both networks, and the pictures by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from conversion.errors import ConversionError
from conversion.trained import Configuration, data_folder, decoded, with_calibration
from desktop.clinical.lumbar_lateral import CORNERS
from desktop.imaging.preprocess import on_square

if TYPE_CHECKING:
    import keras

    from training.data.manifest import Row

UNKNOWN = (np.nan, np.nan)


class Told(msgspec.Struct, frozen=True):
    """What a classifier's config.json says that it was told."""

    stage: str
    settings: dict[str, object]
    limit: int | None = None


class ClassConfiguration(msgspec.Struct, frozen=True):
    """What conversion reads of a classifier's config.json."""

    family: str
    told: Told
    evidence: Literal["phantom", "clinical"]
    manifest_sha256: str
    preprocessing: str
    data: str | None = None

    @property
    def plain(self) -> Configuration:
        """The same as the other families say it."""
        return Configuration(
            family=self.family,
            settings=self.told.settings,
            evidence=self.evidence,
            manifest_sha256=self.manifest_sha256,
            preprocessing=self.preprocessing,
            data=self.data,
            limit=self.told.limit,
        )


@dataclass(frozen=True, eq=False)
class LumbarRun:
    """A classifier and the corner network that it learned with.

    all_rows: of the manifest, those that tell a class; classes: places in CLASSES, [row]; parts: places in
    `all_rows` by name of the part.
    """

    configuration: Configuration
    folder: Path
    all_rows: Sequence[Row]
    classes: NDArray[np.intp]
    parts: Mapping[str, NDArray[np.intp]]
    corner_network: keras.Model
    class_network: keras.Model

    @property
    def square_px(self) -> int:
        """Side of the square that the corner network sees."""
        return int(self.corner_network.input_shape[1])

    @property
    def crop_px(self) -> int:
        """Side of the crop that the classifier sees."""
        return int(self.class_network.input_shape[1])

    def rows(self, part: str) -> list[Row]:
        """Return the manifest's rows of a part."""
        return [self.all_rows[k] for k in self.parts[part]]

    def truth(self, part: str) -> NDArray[np.intp]:
        """Return the true classes of a part, [picture]."""
        return self.classes[self.parts[part]]


def read_lumbar_run(run: Path, folder: Path | None = None, more_test: Path | None = None) -> LumbarRun:
    """Return the finished classifier of three classes in `run`, such as RUNS/classes_3/vgg16.

    folder: of its data, where that was moved; more_test: another data folder, whose test part is judged
    beside its own. ConversionError where it or its corner network is not finished, tells two classes only, or
    learned from other data; DataError where more_test has people from whom it learned.
    """
    from training.data.manifest import CATEGORIES
    from training.data.splits import by_split, places_by_split
    from training.lumbar_xray.class_stage import read_classifier
    from training.lumbar_xray.corner_stage import read_network

    if not (run / "metrics.json").is_file():
        raise ConversionError(
            f"{run} holds no finished classifier: name a folder such as RUN/classes_3/vgg16."
        )
    configuration = decoded(run, ClassConfiguration).plain
    if configuration.settings["classes"] != len(CATEGORIES):
        raise ConversionError(f"{run} tells two classes: convert one that was trained with --classes 3.")
    place = data_folder(run, configuration, folder)
    rows = _rows(place)[: configuration.limit]
    if more_test is not None:
        test = by_split(_rows(more_test))["test"]
        rows += [replace(row, file=str((more_test / row.file).resolve())) for row in test]
    return LumbarRun(
        configuration,
        place,
        rows,
        np.array([CATEGORIES.index(row.category or "") for row in rows], np.intp),
        with_calibration(places_by_split(rows)),
        corner_network=read_network(run.parents[1]),
        class_network=read_classifier(run),
    )


def _rows(folder: Path) -> list[Row]:
    """Return the rows of a data folder that tell a class."""
    from training.data.manifest import read_manifest, without_excluded

    kept, _ = without_excluded(read_manifest(folder / "manifest.csv"))
    return [row for row in kept if row.category is not None]


def true_corners(row: Row, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return the manifest's corners, [corner, (x, y)], shares of the square; NaN where it tells none."""
    return on_square(np.array([row.points.get(name, UNKNOWN) for name in CORNERS]), *shape)
