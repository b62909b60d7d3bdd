"""What makers' processing, film and blades do to a signal: what they keep, and what they change."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import pytest

from desktop.imaging.radiograph import View
from training.phantom.geometry.grid import Grid
from training.phantom.looks.burned_in import Letter, Overlay, draw_overlay, overlaid
from training.phantom.looks.collimation import Collimation, bordered, draw_collimation, opening
from training.phantom.looks.film_scan import FilmScan, placement, scanned
from training.phantom.looks.machine import draw_machine
from training.phantom.looks.placement import positioning
from training.phantom.looks.processing import FilmCurve, Processing, enhanced, process
from training.phantom.people.person import draw_person

PLAIN = Processing(
    curve="log",
    detail=0.0,
    detail_mm=5.0,
    compression=0.0,
    low=0.0,
    high=100.0,
    softness=1.2,
    gamma=1.0,
    equalised=0.0,
    local_clip=0.0,
    local_tiles=8,
    film=FilmCurve(2.8, 3.2, 1.5, 3.2, 0.0),
)


def _signal(size: int = 192) -> np.ndarray:
    """Return a ramp of body from little to much attenuation, beside open field."""
    ramp = np.exp(-np.linspace(1.0, 5.0, size, dtype=np.float32))
    return np.hstack([np.repeat(ramp[:, None], size, axis=1), np.ones((size, size // 2), np.float32)])


def _inside(signal: np.ndarray) -> np.ndarray:
    return np.ones_like(signal)


@pytest.mark.parametrize("curve", ["linear", "log", "sigmoid", "film"])
def test_more_bone_is_brighter_by_every_curve(curve: str) -> None:
    signal = _signal()
    levels = process(signal, _inside(signal), 1.0, dataclasses.replace(PLAIN, curve=curve))
    assert (np.diff(levels[:, 50]) >= 0.0).all()
    assert levels[-1, 50] > levels[0, 50] + 0.4
    assert levels[0, -1] <= levels[0, 50]


def test_a_log_look_up_shows_the_body_from_black_to_white() -> None:
    signal = _signal()
    levels = process(signal, _inside(signal), 1.0, PLAIN)
    np.testing.assert_allclose(levels[:, 50], np.linspace(0.0, 1.0, 192), atol=0.02)


def test_what_lies_behind_the_blades_sets_no_range() -> None:
    signal = _signal()
    inside = _inside(signal)
    inside[96:] = 0.0
    levels = process(signal, inside, 1.0, PLAIN)
    assert levels[93, 50] == pytest.approx(1.0, abs=0.05)
    assert levels[-1, 50] > 1.5


def test_exposure_does_not_change_the_picture() -> None:
    """Twice the dose is a shift of the logarithm, and the range follows the body."""
    signal = np.exp(-np.linspace(2.0, 5.0, 192, dtype=np.float32))[:, None] * np.ones((1, 192), np.float32)
    once, twice = (process(share * signal, _inside(signal), 1.0, PLAIN) for share in (1.0, 2.0))
    np.testing.assert_allclose(once, twice, atol=1e-4)


def test_enhancement_raises_the_band_asked_for_and_keeps_the_mean() -> None:
    x = np.arange(256, dtype=np.float32)
    waves = {length: np.sin(2 * np.pi * x / length)[None].repeat(256, axis=0) for length in (6.0, 100.0)}
    look = dataclasses.replace(PLAIN, detail=1.0, detail_mm=6.0)
    gains = {
        length: enhanced(wave, 1.0, look)[64:192, 64:192].std() / wave[64:192, 64:192].std()
        for length, wave in waves.items()
    }
    assert gains[6.0] > 1.6
    assert gains[100.0] == pytest.approx(1.0, abs=0.1)
    assert enhanced(waves[6.0] + 3.0, 1.0, look).mean() == pytest.approx(3.0, abs=0.02)


def test_compression_flattens_the_broad_and_keeps_the_fine() -> None:
    x = np.arange(256, dtype=np.float32)
    broad, fine = (
        np.sin(2 * np.pi * x / 256)[None].repeat(256, 0),
        np.sin(2 * np.pi * x / 6)[None].repeat(256, 0),
    )
    look = dataclasses.replace(PLAIN, compression=0.6)
    assert enhanced(broad, 1.0, look).std() < 0.75 * broad.std()
    assert enhanced(fine, 1.0, look).std() == pytest.approx(fine.std(), rel=0.05)


def test_equalising_uses_all_grey_levels_alike() -> None:
    signal = _signal()
    levels = process(signal, _inside(signal), 1.0, dataclasses.replace(PLAIN, equalised=1.0, gamma=2.0))
    counts, _ = np.histogram(levels[:, :192], bins=4, range=(1 / 3, 1.0))
    np.testing.assert_allclose(counts / counts.sum(), 0.25, atol=0.03)


def test_local_equalising_raises_local_contrast() -> None:
    signal = _signal()
    signal[:, :192] *= 1.0 + 0.03 * np.sin(np.arange(192, dtype=np.float32))[None]
    even = dataclasses.replace(PLAIN, local_clip=3.0)
    plain, local = (process(signal, _inside(signal), 1.0, look) for look in (PLAIN, even))
    assert local[90:100, :192].std() > 1.5 * plain[90:100, :192].std()


def test_a_films_slope_is_its_gradient() -> None:
    attenuation = np.linspace(0.0, 6.0, 601, dtype=np.float32)[:, None].repeat(64, axis=1)
    levels = process(
        np.exp(-attenuation), np.ones_like(attenuation), 1.0, dataclasses.replace(PLAIN, curve="film")
    )
    density = (1.0 - levels[:, 0]) * 3.2
    slope = -np.diff(density) / np.diff(attenuation[:, 0]) * np.log(10.0)
    assert slope.max() == pytest.approx(2.8, rel=0.02)


def test_blades_cover_their_insets_and_turn() -> None:
    grid = Grid(1.0, 100, 80)
    inside = opening(grid, Collimation((10.0, 5.0, 20.0, 0.0), 0.0, 1.0, "black"))
    rows, columns = np.flatnonzero(inside[:, 40] > 0.5), np.flatnonzero(inside[50] > 0.5)
    assert (rows[0], rows[-1]) == (10, 79)
    assert (columns[0], columns[-1]) == (0, 74)
    turned = opening(grid, Collimation((10.0, 5.0, 20.0, 0.0), 5.0, 1.0, "black"))
    assert np.flatnonzero(turned[:, 5] > 0.5)[0] != np.flatnonzero(turned[:, 70] > 0.5)[0]


def test_a_border_is_black_or_white() -> None:
    grid = Grid(1.0, 100, 80)
    levels = np.full((100, 80), 0.5, np.float32)
    for border, tone in (("black", 0.0), ("unexposed", 1.0)):
        blades = Collimation((10.0, 10.0, 10.0, 10.0), 0.0, 1.0, border)
        framed = bordered(levels, opening(grid, blades), border)
        assert framed[2, 2] == pytest.approx(tone)
        assert framed[50, 40] == pytest.approx(0.5)


def test_a_letter_is_drawn_where_it_stands_and_the_input_is_kept() -> None:
    levels = np.full((300, 200), 0.3, np.float32)
    letter = Letter("R", (0.2, 0.5), 0.1, 1.0, cv2.FONT_HERSHEY_SIMPLEX, 0.0, False, False)
    drawn = overlaid(levels, Overlay((letter,), ((0.5, 0.0, 0.5, 0.1, 0.0),), False))
    changed = np.argwhere(drawn > 0.6)
    np.testing.assert_allclose(changed.mean(axis=0), (150, 40), atol=6)
    assert np.ptp(changed[:, 0]) == pytest.approx(26, abs=6)  # capitals in a line of 30
    assert (drawn[:29, 101:] == 0.0).all()
    assert (levels == np.float32(0.3)).all()


def test_a_mirrored_letter_is_its_own_mirror_image() -> None:
    levels = np.zeros((200, 200), np.float32)
    plain = Letter("R", (0.5, 0.5), 0.3, 1.0, cv2.FONT_HERSHEY_SIMPLEX, 0.0, False, False)
    straight, turned = (
        overlaid(levels, Overlay((dataclasses.replace(plain, mirrored=flag),), (), False))
        for flag in (False, True)
    )
    boxes = [letter[np.ix_(letter.any(1), letter.any(0))] for letter in (straight, turned)]
    np.testing.assert_array_equal(boxes[0], boxes[1][:, ::-1])


@pytest.mark.parametrize("view", [View.CHEST_FRONTAL, View.LUMBAR_LATERAL])
def test_a_chests_letter_names_its_side(view: View) -> None:
    rng = np.random.default_rng(1)
    overlays = [draw_overlay(view, "every", rng) for _ in range(200)]
    sides = [
        mark
        for overlay in overlays
        for mark in overlay.letters
        if mark.text.strip("()")[0] in "LR" and len(mark.text) < 4
    ]
    assert len(sides) > 100
    right_places = [(mark.at[0] < 0.5) == ("R" in mark.text) for mark in sides]
    assert all(right_places) == (view is View.CHEST_FRONTAL)


def test_a_scanned_film_moves_as_its_placement_says() -> None:
    levels = np.zeros((200, 150), np.float32)
    levels[60, 40] = 9.0
    film = FilmScan(grain=0.0, grain_px=0.7, scratches=0, turn_deg=3.0, shrink=0.95, border=0.0)
    found = scanned(levels, film, np.random.default_rng(0))
    weights = found / found.sum()
    centre = np.array([(weights * np.arange(150)).sum(), (weights * np.arange(200)[:, None]).sum()])
    np.testing.assert_allclose(centre, placement(film, (200, 150)) @ [40.0, 60.0, 1.0], atol=0.1)


def test_grain_has_the_size_it_is_given() -> None:
    film = FilmScan(grain=0.02, grain_px=0.8, scratches=0, turn_deg=0.0, shrink=1.0, border=0.0)
    found = scanned(np.full((256, 256), 0.5, np.float32), film, np.random.default_rng(2))
    assert found.std() == pytest.approx(0.02, rel=0.05)


@pytest.mark.parametrize("view", [View.CHEST_FRONTAL, View.LUMBAR_LATERAL])
def test_one_site_has_one_machine_and_every_look_all_kinds(view: View) -> None:
    rng = np.random.default_rng(3)
    person = draw_person(1, 1)
    ones = {draw_machine(positioning(view, person, "one", 512, rng), "one", rng) for _ in range(10)}
    every = [draw_machine(positioning(view, person, "every", 512, rng), "every", rng) for _ in range(150)]
    assert len(ones) == 1
    assert {machine.processing.curve for machine in every} == {"linear", "log", "sigmoid", "film"}
    assert {machine.encoding.bits for machine in every} == {8, 10, 12, 14, 16}
    assert {machine.encoding.monochrome1 for machine in every} == {True, False}
    assert all((machine.film is not None) == (machine.processing.curve == "film") for machine in every)
    blades = [draw_collimation(view, "every", (400.0, 300.0), rng) for _ in range(60)]
    assert {blade.border for blade in blades} == {"black", "unexposed"}
