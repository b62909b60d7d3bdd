"""What a model is shown of a region: upright, square, averaged where large, both sides alike."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from desktop.imaging.regions import region_tensor


def _box(middle: tuple[float, float], width: float, height: float, turned_deg: float = 0.0):
    cosine, sine = np.cos(np.radians(turned_deg)), np.sin(np.radians(turned_deg))
    turn = np.array([[cosine, -sine], [sine, cosine]])
    half = 0.5 * np.array([[-width, -height], [width, -height], [width, height], [-width, height]])
    return tuple((float(x), float(y)) for x, y in half @ turn.T + middle)


def _wave(rows: int = 300, columns: int = 400) -> np.ndarray:
    y, x = np.mgrid[:rows, :columns]
    return np.rint(127 + 60 * np.sin(x / 25) + 50 * np.cos(y / 18)).astype(np.uint8)


def test_an_upright_region_of_whole_pixels_is_the_picture_itself() -> None:
    picture = _wave()
    corners = ((99.5, 49.5), (163.5, 49.5), (163.5, 113.5), (99.5, 113.5))
    assert np.array_equal(region_tensor(picture, {"chest": corners}, 64)[0], picture[50:114, 100:164])


def test_a_left_region_is_mirrored() -> None:
    picture = _wave()
    box = _box((200.0, 150.0), 90.0, 60.0)
    right, left = region_tensor(picture, {"right_ribs": box, "left_ribs": box}, 32)
    assert np.array_equal(left, right[:, ::-1])


@pytest.mark.parametrize("angle", [-30.0, 17.0, 90.0, 180.0])
def test_a_turned_picture_gives_the_same_region(angle: float) -> None:
    picture = _wave(300, 300)
    turned = np.asarray(Image.fromarray(picture).rotate(-angle, Image.Resampling.BICUBIC))
    middle = np.array([170.0, 140.0])
    cosine, sine = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    elsewhere = np.array([[cosine, -sine], [sine, cosine]]) @ (middle - 149.5) + 149.5
    upright = region_tensor(picture, {"chest": _box(tuple(middle), 100.0, 80.0)}, 48)
    found = region_tensor(turned, {"chest": _box(tuple(elsewhere), 100.0, 80.0, angle)}, 48)
    assert np.abs(upright.astype(int) - found).mean() < 1.0


def test_a_point_lands_where_the_corners_say() -> None:
    picture = Image.new("L", (400, 300))
    ImageDraw.Draw(picture).ellipse((148, 118, 152, 122), fill=255)
    box = _box((170.0, 140.0), 120.0, 100.0, 25.0)
    found = region_tensor(np.asarray(picture), {"t12": box}, 60)[0].astype(float)
    across, down = np.subtract(box[1], box[0]), np.subtract(box[3], box[0])
    from_corner = np.subtract((150.0, 120.0), box[0])
    expected = [from_corner @ side / (side @ side) * 60 - 0.5 for side in (across, down)]
    rows, columns = np.mgrid[:60, :60]
    centre = [(columns * found).sum() / found.sum(), (rows * found).sum() / found.sum()]
    assert centre == pytest.approx(expected, abs=0.1)


def test_a_large_region_is_averaged_not_sampled() -> None:
    stripes = np.tile(np.array([0, 255], np.uint8), (600, 300))
    found = region_tensor(stripes, {"chest": _box((300.0, 300.0), 512.0, 512.0, 3.0)}, 64)
    assert np.abs(found.astype(int) - 127).max() < 12


def test_outside_the_picture_is_black() -> None:
    white = np.full((100, 100), 255, np.uint8)
    found = region_tensor(white, {"chest": _box((0.0, 50.0), 80.0, 60.0)}, 32)[0]
    assert found[:, :15].max() == 0
    assert found[:, 17:].min() == 255
    assert region_tensor(white, {"chest": _box((900.0, 900.0), 80.0, 60.0)}, 32).max() == 0
