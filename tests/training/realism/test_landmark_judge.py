"""The landmark judge learns bright spots on made-up phantoms and finds them on made-up real pictures."""

from __future__ import annotations

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.data.manifest import read_manifest  # noqa: E402
from training.realism.landmark_judge import errors_mm, interval, main, trained  # noqa: E402
from training.realism.landmark_pictures import POINTS, of_phantoms, of_real  # noqa: E402

pytestmark = pytest.mark.training
PLACES = np.array([[(0.2 if k % 2 == 0 else 0.8), 0.2 + 0.15 * (k // 2)] for k in range(len(POINTS))])


def write_pictures(folder: Path, count: int, first_columns: str) -> Path:
    folder.mkdir(parents=True)
    random = np.random.default_rng(count)
    header = first_columns + "".join(f",{name}_x,{name}_y" for name in POINTS)
    lines = [header]
    for k in range(count):
        height, width = 120, 100
        points = (PLACES + random.normal(0, 0.02, 2)) * (width, height)
        picture = np.full((height, width), 60, np.uint8)
        for place, (x, y) in enumerate(points):
            cv2.circle(picture, (round(x), round(y)), 3 + place // 2, 120 + 12 * place, -1)
        cv2.imwrite(str(folder / f"{k}.png"), picture)
        start = f"{k}.png" if first_columns == "file" else f"{k}.png,p{k},0.5"
        lines.append(start + "".join(f",{x:.2f},{y:.2f}" for x, y in points))
    name = "index.csv" if first_columns == "file" else "manifest.csv"
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    place = tmp_path_factory.mktemp("landmarks")
    phantoms = write_pictures(place / "phantoms", 40, "file,person,pixel_spacing_mm")
    real = write_pictures(place / "real" / "chest", 10, "file").parent
    return phantoms, real


def test_points_become_shares_of_the_padded_square(folders: tuple[Path, Path]) -> None:
    marked = of_phantoms(read_manifest(folders[0] / "manifest.csv")[:6], folders[0], 64)
    assert marked.pictures.shape == (6, 64, 64)
    assert marked.side_mm == pytest.approx(np.full(6, 60.0))
    expected = (PLACES * (100, 120) + (10, 0)) / 120
    assert marked.points.mean(axis=0) == pytest.approx(expected, abs=0.03)


def test_a_little_training_helps_on_unseen_pictures(folders: tuple[Path, Path]) -> None:
    phantoms = of_phantoms(read_manifest(folders[0] / "manifest.csv"), folders[0], 64)
    real = of_real(folders[1] / "chest", 64)
    before, after = (errors_mm(trained(phantoms, steps, 1), real).mean() for steps in (2, 40))
    assert after < 0.7 * before


def test_the_command_line_adds_rounds(folders: tuple[Path, Path], tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("TRABECULA_REAL_IMAGES", str(folders[1]))
    out, sheet = tmp_path / "judge.md", tmp_path / "sheet.png"
    for words in ("one", "two"):
        arguments = ["--data", str(folders[0]), "--steps", "3", "--round", words, "--out", str(out)]
        assert main([*arguments, "--sheet", str(sheet)]) == 0
    with out.with_suffix(".csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["round"] for row in rows] == ["one", "two"]
    assert rows[0]["on_real_mm"] == rows[1]["on_real_mm"]
    assert "| right_rib_1 |" in out.read_text()
    assert cv2.imread(str(sheet)).shape == (240, 2400, 3)


def test_the_interval_holds_the_mean() -> None:
    low, high = interval(np.array([1.0, 2.0, 3.0, 4.0]))
    assert low < 2.5 < high
