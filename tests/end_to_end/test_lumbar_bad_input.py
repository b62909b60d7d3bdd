"""The shipped gate and lateral lumbar model on spines as they should be, and on what should not be judged."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from desktop.analysis import analyse
from desktop.analysis.lumbar import FIVE
from desktop.analysis.spine_heights import NO_SPACING
from desktop.analysis.spine_metal import METAL
from desktop.clinical.lumbar_lateral import CORNERS, REGION_CORNERS, faces_left
from desktop.findings import Outcome, ScreeningResult, Status
from desktop.imaging.radiograph import Radiograph, View
from desktop.imaging.readers import read_radiograph
from desktop.models import Models, load_installed

SEED, COUNT = 4242, 6
Case = tuple[Radiograph, dict[str, tuple[float, float]]]


@pytest.fixture(scope="module")
def models() -> Models:
    loaded = load_installed(threads=1)
    if "lumbar_xray" not in loaded.by_family:
        pytest.skip("no lateral lumbar model is committed yet")
    return loaded


@pytest.fixture(scope="module")
def spines(models: Models, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """Phantoms that the model never saw, without implants, with the corners that lie inside the picture."""
    pytest.importorskip("cv2")
    from training.phantom.__main__ import main

    folder = tmp_path_factory.mktemp("phantoms")
    words = ["--view", "lumbar_lateral", "--count", str(COUNT), "--seed", str(SEED), "--out", str(folder)]
    assert main([*words, "--size", "384", "--workers", "1"]) == 0
    with (folder / "manifest.csv").open(newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if not row["exclude"]]
    return [(read_radiograph(folder / row["file"]), _points(row)) for row in rows]


def _points(row: dict[str, str]) -> dict[str, tuple[float, float]]:
    return {name: (float(row[f"{name}_x"]), float(row[f"{name}_y"])) for name in CORNERS if row[f"{name}_x"]}


def judged(picture: Radiograph, models: Models) -> ScreeningResult:
    return analyse(replace(picture, stated_view=View.LUMBAR_LATERAL), models)


def seen_as(picture: Radiograph, pixels: np.ndarray) -> Radiograph:
    return replace(picture, pixels=np.ascontiguousarray(pixels, np.float32))


def refused(spines: list[Case], models: Models, change: Callable[..., Radiograph]) -> int:
    """Return how many of the changed pictures are refused; each that is has a sentence."""
    results = [judged(change(*case), models) for case in spines]
    reasons = [each.reason or "" for each in results if each.status is Status.REFUSED]
    assert all(each.endswith(".") for each in reasons)
    return len(reasons)


def level(points: dict[str, tuple[float, float]], name: str) -> int:
    """The row of a level's middle."""
    return round(np.mean([y for corner, (_, y) in points.items() if corner.startswith(f"{name}_")]))


def test_phantoms_are_screened_with_l1_to_l3_near_the_truth(spines: list[Case], models: Models) -> None:
    off_mm = []
    for picture, truth in spines:
        result = judged(picture, models)
        if result.status is Status.SCREENED:
            (finding,) = result.findings
            scale = picture.spacing.row_mm if picture.spacing else 1.0
            apart = [np.subtract(finding.landmarks[name], truth[name]) for name in REGION_CORNERS]
            off_mm.append(scale * np.hypot(*np.transpose(apart)).mean())
            assert FIVE in finding.warnings
            assert sum(finding.class_probabilities.values()) == pytest.approx(1.0)
    assert len(off_mm) >= len(spines) - 1
    assert np.median(off_mm) < 6


def test_a_spine_upside_down_or_on_its_side_is_refused(spines: list[Case], models: Models) -> None:
    for quarters in (1, 2, 3):
        turned = refused(spines, models, lambda p, _, k=quarters: seen_as(p, np.rot90(p.pixels, k)))
        assert turned >= len(spines) - (2 if quarters == 2 else 0)


def test_a_mirrored_spine_is_judged_alike(spines: list[Case], models: Models) -> None:
    for picture, _ in spines:
        results = [judged(each, models) for each in (picture, seen_as(picture, picture.pixels[:, ::-1]))]
        assert results[0].status is results[1].status
        if all(each.status is Status.SCREENED for each in results):
            first, second = (each.findings[0] for each in results)
            assert faces_left(first.landmarks) is not faces_left(second.landmarks)
            assert abs(first.osteoporosis_probability - second.osteoporosis_probability) < 0.15


def test_a_spine_from_the_front_and_a_chest_from_the_side_are_refused(models: Models) -> None:
    pytest.importorskip("cv2")
    from training.phantom.other.film import film
    from training.phantom.other.trunk import ap_spine, lateral_chest

    statuses = []
    for draw in (ap_spine, lateral_chest):
        for seed in (2, 3, 4, 6, 7):
            random = np.random.default_rng(seed)
            levels = np.rint(film(draw(448, random), "every", random).clip(0, 1) * 255)
            result = judged(Radiograph(Path("other.png"), levels.astype(np.float32), 255.0), models)
            statuses.append(result.status)
            assert result.findings or (result.reason or "").endswith(".")
    assert statuses.count(Status.REFUSED) >= 9


@pytest.mark.parametrize(
    ("middle", "levels", "height_mm", "half_mm"),
    [("C4", slice(0, 9), 190.0, (60.0, 62.0, 150.0)), ("T6", slice(4, 20), 330.0, (150.0, 110.0, 300.0))],
    ids=["neck", "thoracic spine"],
)
def test_a_neck_and_a_thoracic_spine_from_the_side_are_refused(
    models: Models, middle: str, levels: slice, height_mm: float, half_mm: tuple[float, float, float]
) -> None:
    pytest.importorskip("cv2")
    statuses = []
    for seed in range(6):
        picture = from_the_side(np.random.default_rng(seed), middle, levels, height_mm, half_mm)
        result = judged(picture, models)
        statuses.append(result.status)
        assert result.findings or (result.reason or "").endswith(".")
    assert statuses.count(Status.REFUSED) == len(statuses)


def from_the_side(
    random: np.random.Generator, middle: str, levels: slice, height_mm: float, half_mm: tuple[float, ...]
) -> Radiograph:
    """A phantom's vertebrae `levels` around `middle`, in flesh, from the side."""
    from training.phantom.other.figure import Taken, placed_at
    from training.phantom.other.film import film
    from training.phantom.people.bones import draw_bones
    from training.phantom.people.person import draw_person
    from training.phantom.physics.scene import Scene
    from training.phantom.spine.levels import LEVELS
    from training.phantom.spine.spine import draw_spine, spine_g_cm2

    number = int(random.integers(1 << 20))
    person = draw_person(SEED, number)
    spine = draw_spine(person, draw_bones(person, SEED, number), SEED, number)
    centre = tuple(map(float, spine.centre_mm(middle)))
    figure = placed_at((height_mm, 0.7 * height_mm), 448, "lateral", centre, random)
    figure.flesh(centre, half_mm)
    soft, onto = figure.taken(0.25).scene, figure.projection
    mineral = soft.mineral + spine_g_cm2(spine, onto, LEVELS[levels])
    scene = Scene(soft.lean, soft.fat, mineral, soft.metal)
    levels_of_grey = film(Taken(scene, figure.placed, onto), "every", random)
    grey = np.rint(levels_of_grey.clip(0, 1) * 255).astype(np.float32)
    return Radiograph(Path("side.png"), grey, 255.0)


def test_the_sacrum_alone_is_refused(spines: list[Case], models: Models) -> None:
    count = refused(spines, models, lambda p, at: seen_as(p, p.pixels[level(at, "l4") :]))
    assert count >= len(spines) - 1


def test_a_spine_cut_off_within_l2_is_refused(spines: list[Case], models: Models) -> None:
    count = refused(spines, models, lambda p, at: seen_as(p, p.pixels[level(at, "l2") :]))
    assert count >= len(spines) - 1


def test_six_lumbar_vertebrae_are_named_as_five_and_the_result_says_so(
    spines: list[Case], models: Models
) -> None:
    for picture, at in spines:
        first, second = level(at, "l2"), level(at, "l3")
        longer = np.vstack([picture.pixels[:second], picture.pixels[first:]])
        result = judged(seen_as(picture, longer), models)
        if result.status is Status.SCREENED:
            assert FIVE in result.findings[0].warnings
        else:
            assert result.reason


def test_without_a_pixel_spacing_ratios_stay(spines: list[Case], models: Models) -> None:
    for picture, _ in spines:
        for finding in judged(replace(picture, spacing=None), models).findings:
            assert finding.not_measured["vertebral_heights.mm"] == NO_SPACING
            assert all(each.anterior_mm is None for each in finding.vertebral_heights.values())
            assert all(each.wedge_ratio > 0 for each in finding.vertebral_heights.values())


def test_screws_through_l2_leave_the_outcome_uncertain(spines: list[Case], models: Models) -> None:
    """Bars as white as the whitest; where bone is as white, they hardly show, and are not found."""
    cv2 = pytest.importorskip("cv2")
    found = []
    for picture, at in spines:
        pixels, white = picture.pixels.copy(), float(picture.pixels.max())
        front, back = (
            np.mean([at[f"l2_{end}_{part}"] for end in ("superior", "inferior")], axis=0)
            for part in ("anterior", "posterior")
        )
        ends = (0.6 * front + 0.4 * back, back + 0.7 * (back - front))
        cv2.line(pixels, *(tuple(map(round, map(float, each))) for each in ends), white, 5)
        found += judged(seen_as(picture, pixels), models).findings
    doubted = [each for each in found if METAL in each.warnings]
    assert len(doubted) >= len(found) / 2
    assert all(each.outcome is Outcome.UNCERTAIN for each in doubted)
