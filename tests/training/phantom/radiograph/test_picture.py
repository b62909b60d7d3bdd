"""A radiograph's file is read as what it is, and its truth lies where the picture shows it."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pydicom import dcmread

from desktop.clinical.chest import LANDMARKS, REGIONS
from desktop.imaging.presentation import presented
from desktop.imaging.radiograph import View
from desktop.imaging.readers import read_radiograph
from training.data.manifest import read_manifest
from training.phantom.__main__ import main
from training.phantom.people.bones import draw_bones
from training.phantom.people.person import draw_person
from training.phantom.radiograph.file import CORNERS, radiograph_row
from training.phantom.radiograph.picture import make_radiograph
from training.phantom.spine.spine import draw_spine

SEED = 6
SIZE = 288  # whose smallest pictures are still large enough to be read
EDGES = ("anterior", "posterior")
VIEWS = [View.CHEST_FRONTAL, View.LUMBAR_LATERAL]


def _write(folder: Path, view: View, *more: str) -> list[dict[str, str]]:
    arguments = ["--view", view.value, "--seed", str(SEED), "--size", str(SIZE), "--out", str(folder), *more]
    assert main(arguments) == 0
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module", params=VIEWS)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[View, Path]:
    folder = tmp_path_factory.mktemp(request.param.value)
    _write(folder, request.param, "--count", "8")
    return request.param, folder


def test_the_command_tells_how_much_memory_a_process_took(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    _write(tmp_path, View.CHEST_FRONTAL, "--count", "1")
    said = re.search(r"made 1; a process took (\d+) MB", capfd.readouterr().err)
    assert said is not None
    assert int(said[1]) > 50


def _digests(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.dcm"))}


@pytest.mark.parametrize("view", VIEWS)
def test_same_seed_same_bytes_whatever_the_workers(view: View, tmp_path: Path) -> None:
    _write(tmp_path / "one", view, "--count", "3")
    _write(tmp_path / "two", view, "--count", "3", "--workers", "2")
    assert _digests(tmp_path / "one") == _digests(tmp_path / "two")


def test_a_picture_depends_on_seed_and_number_only(written: tuple[View, Path], tmp_path: Path) -> None:
    view, folder = written
    _write(tmp_path, view, "--first", "7", "--count", "1")
    ((name, digest),) = _digests(tmp_path).items()
    assert _digests(folder)[name] == digest


def test_files_are_read_as_their_view_with_their_person_and_spacing(written: tuple[View, Path]) -> None:
    view, folder = written
    for row in read_manifest(folder / "manifest.csv"):
        radiograph = read_radiograph(folder / row.file)
        assert radiograph.stated_view is view
        assert radiograph.patient.sex == row.sex
        assert radiograph.patient.age_years == row.age_years
        assert radiograph.patient.name.startswith("Phantom")
        assert radiograph.spacing.row_mm == pytest.approx(row.pixel_spacing_mm, rel=1e-3)
        assert row.evidence == "phantom"
        assert row.view == view.value
        assert row.bmd_by_vertebra is not None


def test_the_manifest_holds_points_grades_and_regions(written: tuple[View, Path]) -> None:
    view, folder = written
    for row in read_manifest(folder / "manifest.csv"):
        names = LANDMARKS if view is View.CHEST_FRONTAL else CORNERS
        assert set(row.points) <= set(names)
        assert len(row.points) > len(names) / 2
        assert set(row.fracture_grades) == {"T12", "L1", "L2", "L3", "L4", "L5"}
    if view is View.CHEST_FRONTAL:
        with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
            assert all(set(json.loads(row["regions"])) == set(REGIONS) for row in csv.DictReader(file))


def test_a_spine_with_implants_is_left_out_of_training() -> None:
    picture = make_radiograph(View.LUMBAR_LATERAL, SEED, 0, "every", SIZE)
    reasons = {}
    for flags in ((), ("fracture", "cement"), ("screws", "cement")):
        phantom = replace(picture.phantom, flags=flags)
        reasons[flags] = radiograph_row("any.dcm", replace(picture, phantom=phantom), "every")["exclude"]
    assert list(reasons.values()) == ["", "vertebroplasty", "vertebroplasty; pedicle screws"]


def test_the_reader_shows_the_levels_that_were_made(written: tuple[View, Path]) -> None:
    """Bits, window and both polarities come out as the grey levels that went in."""
    view, folder = written
    for number, path in enumerate(sorted(folder.glob("*.dcm"))):
        made = make_radiograph(view, SEED, number, "every", SIZE)
        shown = presented(read_radiograph(path))
        np.testing.assert_allclose(shown, np.clip(made.levels, 0.0, 1.0), atol=0.006)


def test_heights_in_mm_need_the_imagers_spacing_and_both_distances(tmp_path: Path) -> None:
    """By the spacing alone a vertebra is too high; ratios of heights hold without any of them."""
    _write(tmp_path, View.LUMBAR_LATERAL, "--count", "10", "--looks", "one")
    for number, row in enumerate(read_manifest(tmp_path / "manifest.csv")):
        data = dcmread(tmp_path / row.file)
        at_detector = {name: _height_px(row.points, name) * data.ImagerPixelSpacing[0] for name in EDGES}
        scale = float(data.DistanceSourceToPatient) / float(data.DistanceSourceToDetector)
        true_mm = _true_heights_mm(number)
        for name, height in at_detector.items():
            assert height * scale == pytest.approx(true_mm[name], rel=0.05)
            assert height > 1.15 * true_mm[name]
        ratio, true_ratio = (heights["anterior"] / heights["posterior"] for heights in (at_detector, true_mm))
        assert ratio == pytest.approx(true_ratio, rel=0.05)


def _height_px(points: Mapping[str, tuple[float, float]], edge: str) -> float:
    ends = (points[f"l3_{end}_{edge}"] for end in ("superior", "inferior"))
    return float(np.hypot(*np.subtract(*ends)))


def _true_heights_mm(number: int) -> dict[str, float]:
    person = draw_person(SEED, number)
    corners = draw_spine(person, draw_bones(person, SEED, number), SEED, number).corners_mm("L3")
    return {
        edge: float(np.linalg.norm(corners[f"superior_{edge}"] - corners[f"inferior_{edge}"]))
        for edge in EDGES
    }


def test_a_turned_lateral_has_its_points_turned_too() -> None:
    """In front of a vertebra is on the left, or on the right where the picture was mirrored."""
    sides = set()
    for number in range(12):
        made = make_radiograph(View.LUMBAR_LATERAL, SEED, number, "every", 64)
        points = made.in_pixels(made.phantom.vertebrae)
        in_front = points["l3_superior_anterior"][0] < points["l3_superior_posterior"][0]
        assert in_front != made.machine.encoding.mirrored
        sides.add(in_front)
    assert sides == {True, False}


def test_the_chests_right_is_on_the_pictures_left_from_the_front_and_from_behind() -> None:
    found = set()
    for number in range(30):
        made = make_radiograph(View.CHEST_FRONTAL, SEED, number, "every", 64)
        points = made.in_pixels(made.phantom.landmarks)
        assert points["right_rib_2"][0] < points["left_rib_2"][0]
        found.add(made.placed.side)
        if len(found) == 2:
            return
    pytest.fail("no bedside chest among thirty")


@pytest.mark.parametrize("view", VIEWS)
def test_the_grids_middle_stays_the_pictures_middle(view: View) -> None:
    """Mirroring, turning and shrinking go about the middle, for picture and points alike."""
    for number in range(10):
        made = make_radiograph(view, SEED, number, "every", 96)
        grid = made.phantom.projection.grid
        middle = (grid.columns * grid.pixel_mm / 2, grid.rows * grid.pixel_mm / 2)
        (x, y), (rows, columns) = made.in_pixels({"middle": middle})["middle"], made.pixels.shape
        assert (x, y) == pytest.approx(((columns - 1) / 2, (rows - 1) / 2), abs=0.6)
