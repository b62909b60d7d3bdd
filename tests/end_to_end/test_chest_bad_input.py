"""The shipped gate and chest model on chests as they should be, and on pictures that should not be judged."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from desktop.analysis import analyse
from desktop.analysis.exposure import METAL
from desktop.analysis.gate import NEGATIVE
from desktop.analysis.sides import MIRRORED
from desktop.clinical.chest import LANDMARKS
from desktop.clinical.lumbar import GROUP
from desktop.errors import AppError
from desktop.findings import Outcome, ScreeningResult, Status
from desktop.imaging.polarity import turned
from desktop.imaging.radiograph import PixelSpacing, Radiograph, View
from desktop.imaging.readers import read_radiograph
from desktop.models import Models, load_installed

SEED, COUNT = 4242, 6
Case = tuple[Radiograph, dict[str, tuple[float, float]]]


@pytest.fixture(scope="module")
def models() -> Models:
    loaded = load_installed(threads=1)
    if "chest_multi_roi" not in loaded.by_family:
        pytest.skip("no chest model is committed yet")
    return loaded


@pytest.fixture(scope="module")
def chests(models: Models, tmp_path_factory: pytest.TempPathFactory) -> list[Case]:
    """Phantoms that the model never saw, with the landmarks that lie inside the picture."""
    pytest.importorskip("cv2")
    from training.phantom.__main__ import main

    folder = tmp_path_factory.mktemp("phantoms")
    words = ["--view", "chest_frontal", "--count", str(COUNT), "--seed", str(SEED), "--out", str(folder)]
    assert main([*words, "--workers", "1"]) == 0
    with (folder / "manifest.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [(read_radiograph(folder / row["file"]), _points(row)) for row in rows]


def _points(row: dict[str, str]) -> dict[str, tuple[float, float]]:
    return {
        name: (float(row[f"{name}_x"]), float(row[f"{name}_y"])) for name in LANDMARKS if row[f"{name}_x"]
    }


def judged(picture: Radiograph, models: Models) -> ScreeningResult:
    return analyse(replace(picture, stated_view=View.CHEST_FRONTAL), models)


def refusals(chests: list[Case], models: Models, change: Callable[[Radiograph], Radiograph]) -> list[str]:
    """Return the reasons; every one of the changed pictures must be refused."""
    results = [judged(change(picture), models) for picture, _ in chests]
    assert [each.status for each in results] == [Status.REFUSED] * len(chests)
    assert all((each.reason or "").endswith(".") for each in results)
    return [each.reason or "" for each in results]


def seen_as(picture: Radiograph, pixels: np.ndarray) -> Radiograph:
    return replace(picture, pixels=np.ascontiguousarray(pixels, np.float32))


def stretched(picture: Radiograph, factor: float) -> Radiograph:
    """As overexposed on film or cut at the wrong window: three quarters of the range are plain white."""
    low, high = np.percentile(picture.pixels, (1, 99))
    levels = ((picture.pixels - low) / (high - low) * factor).clip(0, 1) * 255
    return replace(seen_as(picture, levels), maximum=255.0, window=None, voi_table=None)


def test_phantoms_are_screened_with_landmarks_near_the_truth(chests: list[Case], models: Models) -> None:
    for picture, truth in chests:
        result = judged(picture, models)
        assert result.status is Status.SCREENED, result.reason
        (finding,) = result.findings
        scale = picture.spacing.row_mm if picture.spacing else 1.0
        off_mm = [scale * np.hypot(*np.subtract(finding.landmarks[name], truth[name])) for name in truth]
        assert np.mean(off_mm) < 15
        assert 0.4 < finding.bmd_g_cm2[GROUP].value < 1.6


def test_turned_chests_are_refused(chests: list[Case], models: Models) -> None:
    for quarters in (1, 3):
        reasons = refusals(chests, models, lambda p, k=quarters: seen_as(p, np.rot90(p.pixels, k)))
        assert all("upright" in each for each in reasons)


def test_a_chest_from_the_side_is_refused(models: Models) -> None:
    pytest.importorskip("cv2")
    from training.phantom.other.film import film
    from training.phantom.other.trunk import lateral_chest

    for seed in range(6):
        random = np.random.default_rng(seed)
        levels = np.rint(film(lateral_chest(512, random), "every", random).clip(0, 1) * 255)
        result = judged(Radiograph(Path("side.png"), levels.astype(np.float32), 255.0), models)
        assert result.status is Status.REFUSED
        assert re.search("does not look like one|do not fit", result.reason or "")


def test_a_childs_chest_is_refused_by_its_size(chests: list[Case], models: Models) -> None:
    small = [(picture, truth) for picture, truth in chests if picture.spacing]
    shrunk = [replace(each, spacing=PixelSpacing(0.2, 0.2, "PixelSpacing")) for each, _ in small]
    reasons = refusals([(each, {}) for each in shrunk], models, lambda picture: picture)
    assert all(" too little for an adult" in reason for reason in reasons)


def test_a_mirrored_chest_is_judged_alike_and_mostly_pointed_out(chests: list[Case], models: Models) -> None:
    """Sides go by their place in the picture, and the regions of both are cut to look alike."""
    noticed = 0
    for picture, _ in chests:
        (first,) = judged(picture, models).findings
        (second,) = judged(seen_as(picture, picture.pixels[:, ::-1]), models).findings
        change = second.bmd_g_cm2[GROUP].value - first.bmd_g_cm2[GROUP].value
        assert abs(change) < first.bmd_g_cm2[GROUP].value - first.bmd_g_cm2[GROUP].low
        noticed += MIRRORED in second.warnings
    assert noticed >= len(chests) / 2


def test_a_chest_without_clavicles_is_refused(chests: list[Case], models: Models) -> None:
    results = []
    for picture, truth in chests:
        lowest = max(y for name, (_, y) in truth.items() if "clavicle" in name)
        results.append(judged(seen_as(picture, picture.pixels[int(lowest) + 12 :]), models))
    assert [each.status for each in results] == [Status.REFUSED] * len(chests)
    named = ["clavicle" in (each.reason or "") for each in results]
    unfit = ["do not fit what the picture shows" in (each.reason or "") for each in results]
    assert all(clavicles or other for clavicles, other in zip(named, unfit, strict=True))
    assert sum(named) >= len(chests) - 1


def test_a_negative_is_turned_round_and_judged_alike_or_refused(chests: list[Case], models: Models) -> None:
    for picture, _ in chests:
        (straight,) = judged(picture, models).findings
        result = judged(turned(picture), models)
        if result.status is Status.SCREENED:
            (finding,) = result.findings
            assert NEGATIVE in finding.warnings
            before, after = (each.bmd_g_cm2[GROUP].value for each in (straight, finding))
            assert after == pytest.approx(before, abs=0.02)
        else:
            assert result.reason


def test_an_overexposed_chest_is_refused(chests: list[Case], models: Models) -> None:
    refusals(chests, models, lambda picture: stretched(picture, 4.0))


def test_a_chest_of_few_shades_or_few_pixels_is_refused(chests: list[Case], models: Models) -> None:
    def coarse(picture: Radiograph) -> Radiograph:
        middle = np.median(picture.pixels)
        return seen_as(picture, np.where(picture.pixels > middle, picture.pixels.max(), 0))

    def smaller(picture: Radiograph) -> Radiograph:
        return replace(seen_as(picture, picture.pixels[::6, ::6]), spacing=None)

    refusals(chests, models, coarse)
    refusals(chests, models, smaller)


@pytest.mark.parametrize("grey", [0.0, 0.5, 1.0])
def test_a_covered_t12_settles_nothing(chests: list[Case], models: Models, grey: float) -> None:
    for picture, truth in chests:
        (x, y), pixels = truth["t12"], picture.pixels.copy()
        half = 0.12 * pixels.shape[0]
        box = np.s_[int(max(y - half, 0)) : int(y + half), int(max(x - half, 0)) : int(x + half)]
        pixels[box] = pixels.min() + grey * np.ptp(pixels)
        result = judged(seen_as(picture, pixels), models)
        assert all(each.outcome is Outcome.UNCERTAIN for each in result.findings), result.findings


def test_two_chests_in_one_picture_are_refused(chests: list[Case], models: Models) -> None:
    refusals(chests, models, lambda p: seen_as(p, np.hstack([p.pixels, p.pixels])))
    refusals(chests, models, lambda p: seen_as(p, np.vstack([p.pixels, p.pixels])))


def test_two_pictures_in_one_file_are_refused(tmp_path: Path) -> None:
    pages = [Image.new("L", (128, 128), level) for level in (40, 90)]
    pages[0].save(tmp_path / "two.tif", save_all=True, append_images=pages[1:])
    with pytest.raises(AppError, match="more than one|frames|pictures"):
        read_radiograph(tmp_path / "two.tif")


def test_rods_over_t12_leave_the_outcome_uncertain(chests: list[Case], models: Models) -> None:
    """Two rods as white as the whitest; where bone is as white, they do not show, and are not found."""
    cv2 = pytest.importorskip("cv2")
    found = []
    for picture, _ in chests:
        (finding,) = judged(picture, models).findings
        x, y = finding.landmarks["t12"]
        length = y - finding.landmarks["cervical_spine"][1]
        pixels, white = picture.pixels.copy(), float(picture.pixels.max())
        for side in (-1, 1):
            across = int(x + side * 0.05 * length)
            ends = (across, int(y - 0.2 * length)), (across, int(y + 0.12 * length))
            cv2.line(pixels, *ends, white, max(2, int(0.02 * length)))
        found += judged(seen_as(picture, pixels), models).findings
    doubted = [each for each in found if METAL in each.warnings]
    assert len(doubted) >= len(chests) / 3
    assert all(each.outcome is Outcome.UNCERTAIN for each in doubted)
