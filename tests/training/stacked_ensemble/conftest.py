from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.stacked_ensemble.settings import PRESETS, Forest, Settings

COLUMNS = [
    "file",
    "person",
    "sex",
    "age_years",
    "weight_kg",
    "height_cm",
    "t_score",
    "class",
    "view",
    "evidence",
    "split",
    "exclude",
]
CATEGORIES = ("normal", "osteopenia", "osteoporosis")


def made_up_spine(grade: int, random: np.random.Generator) -> np.ndarray:
    """A bright column on grey, 96 x 80, with coarser grain at a higher grade."""
    picture = random.normal(60, 4, (96, 80))
    picture[:, 30:50] += 90 + random.normal(0, 5 + 22 * grade, (96, 20))
    return picture.clip(0, 255).astype(np.uint8)


@pytest.fixture(scope="session")
def make_data(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    def make(people: int = 48, pictures_each: int = 1) -> Path:
        folder = tmp_path_factory.mktemp("data")
        random = np.random.default_rng(5)
        with (folder / "manifest.csv").open("w", newline="") as stream:
            table = csv.DictWriter(stream, COLUMNS)
            table.writeheader()
            for person in range(people):
                split = ("train", "train", "train", "tune", "calibrate", "test")[person // 3 % 6]
                for copy in range(pictures_each):
                    name = f"{person}_{copy}.png"
                    Image.fromarray(made_up_spine(person % 3, random)).save(folder / name)
                    table.writerow(_row(name, person, split, random))
        return folder

    return make


def _row(name: str, person: int, split: str, random: np.random.Generator) -> dict[str, object]:
    grade = person % 3
    return {
        "file": name,
        "person": f"p{person}",
        "sex": "FM"[person // 3 % 2],
        "age_years": 50 + person % 30,
        "weight_kg": f"{random.uniform(50, 100):.1f}",
        "height_cm": f"{random.uniform(150, 190):.1f}",
        "t_score": f"{(0.0, -1.8, -3.0)[grade] + random.uniform(-0.3, 0.3):.2f}",
        "class": CATEGORIES[grade],
        "view": "dxa_spine",
        "evidence": "phantom",
        "split": split,
    }


@pytest.fixture(scope="session")
def small() -> Settings:
    """The smoke preset with a third network that compiles in a second, and no pre-training but VGG16's."""
    smoke = PRESETS["smoke"]
    members = {
        name: replace(each, network="cnn", filters=(4, 4, 8, 8), pretrained_epochs=0, batch=9)
        for name, each in smoke.members.items()
    }
    members["vgg16"] = replace(smoke.members["vgg16"], filters=(2,), reduced=8, batch=9)
    return replace(smoke, members=members, forest=Forest(10, 2, 4, True))


@pytest.fixture(scope="session")
def finished(
    tmp_path_factory: pytest.TempPathFactory, make_data: Callable[..., Path], small: Settings
) -> tuple[Path, Path]:
    """A data folder and a finished run on it."""
    from training.stacked_ensemble.run import make_run

    data, run = make_data(30), tmp_path_factory.mktemp("runs") / "smoke"
    make_run(small, data, run)
    return data, run
