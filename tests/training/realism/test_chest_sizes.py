"""Sizes of a chest follow from its landmarks: a drawn one of known measures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from training.realism.chest_sizes import read_sizes, sizes


def _chest(apex_y: float, height: float, half_width: float) -> dict[str, np.ndarray]:
    points = {
        f"{side}_rib_{k}": np.array([[200.0 + sign * half_width, apex_y + 0.2 * k * height]])
        for side, sign in (("right", -1.0), ("left", 1.0))
        for k in (1, 2, 3, 4)
    }
    return points | {
        "right_clavicle_medial": np.array([[180.0, apex_y + 30.0]]),
        "left_clavicle_medial": np.array([[222.0, apex_y + 36.0]]),
    }


def test_a_drawn_chest_has_the_sizes_that_it_was_drawn_with() -> None:
    found = sizes(_chest(apex_y=50.0, height=270.0, half_width=130.0))
    assert found["height of the lungs"] == pytest.approx([270.0])
    assert found["half width at border point 3"] == pytest.approx([130.0])
    assert found["apex above the clavicles' medial ends"] == pytest.approx([33.0])
    assert found["between the clavicles' medial ends"] == pytest.approx([42.0])


def test_a_row_that_lacks_a_point_does_not_count(tmp_path: Path) -> None:
    points = {
        f"{name}_{axis}": value
        for name, ((x, y),) in _chest(50.0, 270.0, 130.0).items()
        for axis, value in (("x", x), ("y", y))
    }
    lines = [",".join([*points, "pixel_spacing_mm"]), ",".join([*map(str, points.values()), "0.5"])]
    lines.append("," * len(points) + "0.5")
    (tmp_path / "manifest.csv").write_text("\n".join(lines), encoding="utf-8")
    assert read_sizes(tmp_path / "manifest.csv")["height of the lungs"] == pytest.approx([135.0])
