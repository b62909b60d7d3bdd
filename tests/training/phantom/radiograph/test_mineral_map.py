"""The mineral map lies as the file does and tells the mineral that the scene holds."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import pytest

from desktop.imaging.radiograph import View
from training.phantom.__main__ import main
from training.phantom.radiograph.mineral_map import COARSER, LEVELS_PER_G_CM2, mineral_map
from training.phantom.radiograph.picture import RadiographPicture, make_radiograph


@pytest.fixture(scope="module")
def picture() -> RadiographPicture:
    return make_radiograph(View.CHEST_FRONTAL, 3, 0, "one", 160)


def test_the_map_holds_the_mineral_of_the_scene(picture: RadiographPicture) -> None:
    told = mineral_map(picture)
    assert told.shape == tuple(-(-length // COARSER) for length in picture.pixels.shape)
    assert told.mean() / LEVELS_PER_G_CM2 == pytest.approx(picture.phantom.scene.mineral.mean(), rel=0.03)


def test_bone_lies_in_the_map_where_the_landmarks_say(picture: RadiographPicture) -> None:
    told = mineral_map(picture)
    places = picture.in_pixels(picture.phantom.landmarks)
    for name in ("right_clavicle_middle", "left_clavicle_middle", "t12", "cervical_spine"):
        column, row = (int((value + 0.5) / COARSER) for value in places[name])
        around = told[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]
        assert around.max() > 2 * told.mean(), name


def test_the_manifest_names_the_map_beside_its_file(tmp_path: Path) -> None:
    main(["--view", "chest_frontal", "--count", "1", "--size", "128", "--out", str(tmp_path)])
    with (tmp_path / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        [row] = csv.DictReader(stream)
    told = cv2.imread(str(tmp_path / row["mineral_file"]), cv2.IMREAD_UNCHANGED)
    assert told.ndim == 2
    assert told.max() > 50
    assert 0.3 < float(row["relative_mineral_t12"]) < 2.0
