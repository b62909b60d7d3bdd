"""The gate learns made-up views, and what it learned goes through conversion to the desktop."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from conversion.keys import new_pair
from desktop.analysis.look import look_at
from desktop.imaging.radiograph import View
from desktop.imaging.readers import read_radiograph
from desktop.models import Models, load_bundles
from training.data.manifest import DataError
from training.view_gate.augmentation import augmented, fitted, negative
from training.view_gate.data import VIEWS, read_data
from training.view_gate.settings import PRESETS

pytestmark = pytest.mark.training
SPLITS = ("train", "train", "tune", "calibrate", "test")
ROOT = Path(__file__).resolve().parents[3]


def picture(view: View, random: np.random.Generator) -> np.ndarray:
    """Stripes down, stripes across, a bright square, or noise."""
    grey = random.normal(40, 5, (96, 96))
    stripes = 80 * (np.arange(96) // 12 % 2)
    grey += {View.DXA_SPINE: stripes[None], View.LUMBAR_LATERAL: stripes[:, None]}.get(view, 0)
    if view is View.CHEST_FRONTAL:
        grey[20:76, 20:76] += 120
    if view is View.OTHER:
        grey += random.normal(0, 60, grey.shape)
    return np.clip(grey, 1, 255).astype(np.uint8)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(3)
    lines = ["file,person,view,evidence,split"]
    for k in range(80):
        view = VIEWS[k % 4]
        Image.fromarray(picture(view, random)).save(place / f"{k}.png")
        lines.append(f"{k}.png,p{k},{view},phantom,{SPLITS[k // 4 % 5]}")
    (place / "manifest.csv").write_text("\n".join(lines) + "\n")
    return place


def command(*words: object) -> None:
    arguments = [sys.executable, "-m", *map(str, words)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "TRABECULA_SIGNING_KEY": ""}
    ended = subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


@pytest.fixture(scope="module")
def models(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Models:
    place = tmp_path_factory.mktemp("gate")
    key = place / "throw-away.private"
    new_pair(key)
    command(
        "training.view_gate", "--data", folder, "--preset", "smoke", "--epochs", 6, "--out", place / "run"
    )
    command("conversion", place / "run", "--out", place / "models" / "view_gate", "--key", key)
    return load_bundles(place / "models", [key.with_suffix(".pub")], threads=1)


def test_a_trained_gate_ships_and_loads(models: Models) -> None:
    assert not models.problems
    assert models.view_gate is not None
    manifest = models.view_gate.manifest
    assert manifest.views == VIEWS
    assert manifest.metrics["int8"].mean_change is not None
    assert manifest.evidence == "phantom"


def test_a_shipped_gate_looks_at_a_file(models: Models, folder: Path) -> None:
    look = look_at(read_radiograph(folder / "0.png"), models)
    assert look is not None
    assert set(look.views) == set(View)
    assert sum(look.views.values()) == pytest.approx(1.0)


def test_one_view_too_few_is_a_sentence(folder: Path, tmp_path: Path) -> None:
    lines = (folder / "manifest.csv").read_text().splitlines()
    (tmp_path / "manifest.csv").write_text("\n".join(each for each in lines if "other" not in each))
    for path in folder.glob("*.png"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    with pytest.raises(DataError, match="No picture shows other"):
        read_data([tmp_path], PRESETS["smoke"])


def test_changes_depend_on_the_random_stream_alone() -> None:
    grey = picture(View.CHEST_FRONTAL, np.random.default_rng(1))
    first, again, another = (augmented(grey, 32, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert np.array_equal(first[0], again[0])
    assert first[1] == again[1]
    assert not np.array_equal(first[0], another[0])


def test_a_negative_keeps_the_black_that_makes_a_square() -> None:
    grey = np.zeros((8, 8), np.uint8)
    grey[:, 2:6] = 200
    grey[3, 3] = 0
    turned = negative(grey)
    assert (turned[:, :2] == 0).all()
    assert (turned[:, 6:] == 0).all()
    assert turned[0, 3] == 55
    assert turned[3, 3] == 255
    assert (negative(np.zeros((4, 4), np.uint8)) == 255).all()


def test_fitting_keeps_the_mean() -> None:
    grey = picture(View.OTHER, np.random.default_rng(2))
    assert fitted(grey, 48).mean() == pytest.approx(grey.mean(), abs=1)
