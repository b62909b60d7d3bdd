"""Figures that stand like a chest, their bones brighter with more mineral, and a data folder of them."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from desktop.clinical.chest import LANDMARKS

Point = tuple[float, float]
SIDE = 96


def upright() -> dict[str, Point]:
    """Landmarks of a figure, shares of the picture's side."""
    points = {"cervical_spine": (0.5, 0.1), "t12": (0.5, 0.9)}
    for side, sign in (("right", -1), ("left", 1)):
        for part, across, down in (("medial", 0.03, 0.2), ("middle", 0.13, 0.17), ("lateral", 0.23, 0.15)):
            points[f"{side}_clavicle_{part}"] = (0.5 + sign * across, down)
        for number in (1, 2, 3, 4):
            points[f"{side}_rib_{number}"] = (0.5 + sign * (0.24 + 0.02 * number), 0.15 + 0.14 * number)
    return {name: points[name] for name in LANDMARKS}


def draw(points: Mapping[str, Point], bmd_g_cm2: float, random: np.random.Generator) -> np.ndarray:
    """A spine, two clavicles and two lung borders on grey, uint8 [row, column]."""
    picture = Image.new("L", (SIDE, SIDE), 60)
    pen = ImageDraw.Draw(picture)
    bone = int(70 + 130 * bmd_g_cm2)
    pen.line([points["cervical_spine"], points["t12"]], fill=bone, width=8)
    for side in ("right", "left"):
        pen.line([points[f"{side}_clavicle_{part}"] for part in ("medial", "middle", "lateral")], bone, 4)
        pen.line([points[f"{side}_rib_{number}"] for number in (1, 2, 3, 4)], bone, 3)
    return (np.asarray(picture) + random.normal(0, 3, (SIDE, SIDE))).clip(0, 255).astype(np.uint8)


def write_data(folder: Path, splits: Sequence[str], exclude: Mapping[int, str] | None = None) -> None:
    """Write one person's figure for each split, and the manifest; `exclude`: reasons by place."""
    random = np.random.default_rng(5)
    rows = [_row(k, split, random, folder) for k, split in enumerate(splits)]
    for place, reason in (exclude or {}).items():
        rows[place]["exclude"] = reason
    with (folder / "manifest.csv").open("w", newline="") as stream:
        table = csv.DictWriter(stream, rows[0])
        table.writeheader()
        table.writerows(rows)


def _row(person: int, split: str, random: np.random.Generator, folder: Path) -> dict[str, object]:
    bmd = random.uniform(0.5, 1.2)
    zoom, shift = random.uniform(0.8, 1.0), random.uniform(-4, 4, 2)
    points = {
        name: (SIDE * (0.5 + zoom * (x - 0.5)) + shift[0], SIDE * (0.5 + zoom * (y - 0.5)) + shift[1])
        for name, (x, y) in upright().items()
    }
    name = f"{person}.png"
    Image.fromarray(draw(points, bmd, random)).save(folder / name)
    row: dict[str, object] = {
        "file": name,
        "person": f"p{person}",
        "view": "chest_frontal",
        "pixel_spacing_mm": "4.0",
        "evidence": "phantom",
        "split": split,
        "exclude": "",
    }
    for k in (1, 2, 3, 4):
        row[f"bmd_l{k}_g_cm2"] = f"{bmd + 0.02 * (k - 2.5):.4f}"
    for landmark, (x, y) in list(points.items())[: 15 if person == 1 else 16]:
        row |= {f"{landmark}_x": f"{x:.2f}", f"{landmark}_y": f"{y:.2f}"}
    return row
