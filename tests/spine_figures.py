"""Figures of lateral spines: seven bodies, brighter with more mineral, that face either way."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from desktop.clinical.lumbar_lateral import CORNERS, LEVELS, corners_of

Point = tuple[float, float]
SIDE = 96


def spine(zoom: float, shift: Point, facing: int) -> dict[str, Point]:
    """Corners in pixels of bodies of 14 x 8 down the middle, a little curved."""
    found = {}
    for number, level in enumerate(LEVELS):
        for name in corners_of(level):
            _, end, part = name.split("_")
            x = {"anterior": -7.0, "middle": 0.0, "posterior": 7.0}[part] - 1.0 * (number - 3) ** 2 / 3
            y = -40.0 + 12.0 * number + (8.0 if end == "inferior" else 0.0)
            found[name] = (SIDE / 2 + facing * zoom * x + shift[0], SIDE / 2 + zoom * y + shift[1])
    return found


def draw(points: Mapping[str, Point], bmd_g_cm2: float, random: np.random.Generator) -> np.ndarray:
    """The bodies on grey, the sacrum as a bar that goes backwards, uint8 [row, column]."""
    picture = Image.new("L", (SIDE, SIDE), 60)
    pen = ImageDraw.Draw(picture)
    bone = int(70 + 130 * bmd_g_cm2)
    for level in LEVELS[:-1]:
        ends = [points[f"{level.lower()}_{corner}"] for corner in ("superior_anterior", "superior_posterior")]
        ends += [
            points[f"{level.lower()}_{corner}"] for corner in ("inferior_posterior", "inferior_anterior")
        ]
        pen.polygon(ends, fill=bone)
    pen.line([points["s1_superior_anterior"], points["s1_superior_posterior"]], fill=bone, width=4)
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
    category = ("osteoporosis", "normal", "osteopenia", "osteoporosis")[person % 4]
    bmd = {"osteoporosis": 0.5, "osteopenia": 0.8, "normal": 1.1}[category] + random.uniform(-0.05, 0.05)
    points = spine(random.uniform(0.9, 1.0), tuple(random.uniform(-3, 3, 2)), int(random.choice([-1, 1])))
    name = f"{person}.png"
    Image.fromarray(draw(points, bmd, random)).save(folder / name)
    row: dict[str, object] = {
        "file": name,
        "person": f"p{person}",
        "sex": "FM"[person % 2],
        "age_years": 55 + person % 30,
        "weight_kg": f"{60 + 20 * bmd:.1f}",
        "height_cm": "165",
        "t_score": f"{(bmd - 1.06) / 0.11:.2f}",
        "class": category,
        "view": "lumbar_lateral",
        "pixel_spacing_mm": "2.5",
        "evidence": "phantom",
        "split": split,
        "exclude": "",
        "fracture_grade_l2": "0",
    }
    for k in (1, 2, 3, 4):
        row[f"bmd_l{k}_g_cm2"] = f"{bmd + 0.02 * (k - 2.5):.4f}"
    for name in CORNERS:
        known = person != 1 or not name.startswith("t12")
        row |= (
            {f"{name}_x": f"{points[name][0]:.2f}", f"{name}_y": f"{points[name][1]:.2f}"}
            if known
            else {
                f"{name}_x": "",
                f"{name}_y": "",
            }
        )
    return row
