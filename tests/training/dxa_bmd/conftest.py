from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

COLUMNS = [
    "file",
    "person",
    "sex",
    "age_years",
    "weight_kg",
    "height_cm",
    *(f"bmd_{site}_g_cm2" for site in ("l1", "l2", "l3", "l4", "l1_l4")),
    "view",
    "evidence",
    "split",
    "exclude",
]


def made_up_spine(bmd_g_cm2: float, random: np.random.Generator) -> np.ndarray:
    """A bright column on grey, 80 x 64, brighter with more mineral."""
    picture = random.normal(60, 4, (80, 64))
    picture[:, 25:38] += 100 * bmd_g_cm2
    return picture.clip(0, 255).astype(np.uint8)


@pytest.fixture
def make_data(tmp_path: Path) -> Callable[..., Path]:
    def make(people: int = 24, pictures_each: int = 1) -> Path:
        folder = tmp_path / "data"
        folder.mkdir()
        random = np.random.default_rng(5)
        splits = ["train"] * (people - 9) + ["tune"] * 3 + ["calibrate"] * 3 + ["test"] * 3
        with (folder / "manifest.csv").open("w", newline="") as stream:
            table = csv.DictWriter(stream, COLUMNS)
            table.writeheader()
            for person, split in enumerate(splits):
                bmd = random.uniform(0.6, 1.3)
                for copy in range(pictures_each):
                    name = f"{person}_{copy}.png"
                    Image.fromarray(made_up_spine(bmd, random)).save(folder / name)
                    table.writerow(_row(name, person, bmd, split, random))
        return folder

    return make


def _row(name: str, person: int, bmd: float, split: str, random: np.random.Generator) -> dict[str, object]:
    vertebrae = {f"bmd_l{k}_g_cm2": f"{bmd + 0.02 * (k - 2.5):.4f}" for k in (1, 2, 3, 4)}
    return {
        "file": name,
        "person": f"p{person}",
        "sex": "FM"[person % 2],
        "age_years": 50 + person,
        "weight_kg": f"{random.uniform(50, 100):.1f}",
        "height_cm": f"{random.uniform(150, 190):.1f}",
        "bmd_l1_l4_g_cm2": f"{bmd:.4f}",
        "view": "dxa_spine",
        "evidence": "phantom",
        "split": split,
    } | vertebrae
