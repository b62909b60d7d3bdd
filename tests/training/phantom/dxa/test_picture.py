"""A DXA phantom: its truth is the person's, its bytes depend on seed and number alone."""

from __future__ import annotations

import csv
import hashlib
from dataclasses import replace

import numpy as np
import pytest

from desktop.imaging.radiograph import View
from desktop.imaging.readers import read_radiograph
from training.phantom.__main__ import main
from training.phantom.dxa.picture import make_dxa_picture
from training.phantom.dxa.scan import REPOSITIONED_MM, build_phantom, scan
from training.phantom.geometry.grid import Grid
from training.phantom.looks.looks import scan_look, screen_look
from training.phantom.people.bones import draw_bones
from training.phantom.people.person import draw_person
from training.phantom.spine.lumbar_view import MEASURED, PIXEL_MM
from training.phantom.spine.spine import draw_spine

SEED = 11


@pytest.fixture(scope="module")
def picture():
    return make_dxa_picture(SEED, 0, "every", 256)


def test_truth_is_the_persons_bmd():
    for number in range(6):
        picture = make_dxa_picture(SEED, number, "every", 128)
        for level in MEASURED:
            assert picture.phantom.truth.bmd_g_cm2[level] == pytest.approx(
                picture.person.bmd_g_cm2[level], rel=0.01
            )


def test_truth_is_the_mineral_of_its_region(picture):
    region = picture.phantom.regions["L2"]
    assert picture.phantom.truth.bmd_g_cm2["L2"] == pytest.approx(picture.phantom.mineral[region].mean())


def test_areas_follow_the_persons():
    pictures = [make_dxa_picture(SEED, number, "every", 64) for number in range(12)]
    drawn = [sum(p.person.area_cm2[level] for level in MEASURED) for p in pictures]
    measured = [sum(p.phantom.truth.area_cm2.values()) for p in pictures]
    assert np.corrcoef(drawn, measured)[0, 1] > 0.95


def test_noise_free_scan_measures_the_mineral():
    """What the densitometer decomposes agrees with the mineral put in, on the mean of each vertebra."""
    rng = np.random.default_rng(5)
    look = scan_look("one", rng)
    person = draw_person(SEED, 3)
    spine = draw_spine(person, draw_bones(person, SEED, 3), SEED, 3)
    phantom = build_phantom(person, spine, Grid(0.6, 358, 233), look.l1_top_mm, rng)
    even = type(phantom.tissue)(np.full_like(phantom.mineral, 20.0), np.full_like(phantom.mineral, 0.3))
    still = type(phantom)(phantom.grid, phantom.spine, phantom.regions, phantom.mineral, even, phantom.truth)
    quiet = type(look)(**{**look.__dict__, "quanta": 1e14, "blur_mm": 0.01})
    bone = scan(still, quiet, rng)
    for level in MEASURED:
        assert bone[phantom.regions[level]].mean() == pytest.approx(phantom.truth.bmd_g_cm2[level], rel=0.01)


def test_all_four_vertebrae_lie_within_the_field_of_a_tall_person():
    rng = np.random.default_rng(2)
    people = [draw_person(SEED, number) for number in range(60)]
    number = max(range(60), key=lambda number: people[number].height_cm)
    person = people[number]
    spine = draw_spine(person, draw_bones(person, SEED, number), SEED, number)
    phantom = build_phantom(person, spine, Grid(PIXEL_MM, 276, 200), 50.0, rng)
    drawn = [person.area_cm2[level] for level in MEASURED]
    assert list(phantom.truth.area_cm2.values()) == pytest.approx(drawn, rel=0.2)


def test_each_twentieth_picture_is_the_person_before_exposed_again():
    first, again = (make_dxa_picture(SEED, number, "every", 256) for number in (18, 19))
    assert again.person == first.person
    assert again.phantom.truth == first.phantom.truth
    assert again.pixels.shape == first.pixels.shape
    assert not np.array_equal(again.pixels, first.pixels)
    offset = again.phantom.spine[2].x - first.phantom.spine[2].x
    assert abs(offset) <= REPOSITIONED_MM
    for level in MEASURED:
        mineral = again.phantom.mineral[again.phantom.regions[level]].mean()
        assert mineral == pytest.approx(first.phantom.truth.bmd_g_cm2[level], rel=0.01)


def test_another_texture_changes_grain_and_no_mineral():
    person = draw_person(SEED, 4)
    spine = draw_spine(person, draw_bones(person, SEED, 4), SEED, 4)
    drawn = [
        build_phantom(person, each, Grid(PIXEL_MM, 358, 233), 45.0, np.random.default_rng(3))
        for each in (spine, replace(spine, texture=(*spine.texture, 1)))
    ]
    for level in MEASURED:
        assert drawn[1].truth.bmd_g_cm2[level] == pytest.approx(drawn[0].truth.bmd_g_cm2[level], rel=0.01)
    assert np.abs(drawn[1].mineral - drawn[0].mineral).max() > 0.05


def test_every_display_is_scaled_to_its_own_range():
    tops = [np.percentile(make_dxa_picture(SEED, n, "one", 256).pixels[..., 0], 99.5) for n in range(6)]
    assert min(tops) > 150


def test_screens_come_with_and_without_boxes_and_squashed():
    rng = np.random.default_rng(1)
    looks = [screen_look("every", 512, rng) for _ in range(60)]
    assert {look.boxes for look in looks} == {True, False}
    assert {look.squashed for look in looks} == {True, False}
    assert {look.monochrome1 for look in looks} == {True, False}
    assert {look.frame for look in looks} == {True, False}


def test_one_line_not_two_divides_neighbouring_vertebrae():
    """Within the outline of L1 to L4 yellow fills little but the lines of the boxes, as on real screens."""
    numbers = (n for n in range(40) if make_dxa_picture(SEED, n, "one", 256).pixels.ndim == 3)
    pixels = make_dxa_picture(SEED, next(numbers), "one", 512).pixels.astype(int)
    yellow = (pixels[..., 0] > 190) & (pixels[..., 2] < 130)
    lines = (np.diff(yellow.astype(int), axis=0) == 1).sum(axis=0)
    assert np.bincount(lines[lines > 1]).argmax() == 5


def _digests(folder):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def _write(folder, *more):
    arguments = ["--view", "dxa_spine", "--seed", "4", "--size", "128", "--out", str(folder), *more]
    assert main(arguments) == 0


def test_same_seed_same_bytes_whatever_the_workers(tmp_path):
    _write(tmp_path / "one", "--count", "4")
    _write(tmp_path / "two", "--count", "4", "--workers", "2")
    assert _digests(tmp_path / "one") == _digests(tmp_path / "two")


def test_picture_depends_on_seed_and_number_only(tmp_path):
    _write(tmp_path / "all", "--count", "3")
    _write(tmp_path / "last", "--first", "2", "--count", "1")
    name = "dxa_spine_4_000002.dcm"
    assert _digests(tmp_path / "all")[name] == _digests(tmp_path / "last")[name]


def test_written_files_are_read_as_spine_dxa_with_their_person(tmp_path):
    _write(tmp_path, "--count", "2", "--size", "256")
    with (tmp_path / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        radiograph = read_radiograph(tmp_path / row["file"])
        assert radiograph.stated_view == View.DXA_SPINE
        assert radiograph.patient.sex == row["sex"]
        assert radiograph.patient.age_years == int(row["age_years"])
        assert row["evidence"] == "phantom"
