"""What a model is shown: square, never squashed, and without what a screen draws over the bone."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from desktop.imaging.preprocess import off_square, on_square, square_tensor, without_drawing
from desktop.imaging.radiograph import Radiograph

YELLOW = (215, 217, 110)


def _screen(side: int) -> np.ndarray:
    """A bright column on dark, with a slow gradient down the picture."""
    grey = np.full((side, side), 30.0)
    grey[:, side * 2 // 5 : side * 3 // 5] = 150.0
    return (grey + np.linspace(0, 40, side)[:, None]).astype(np.uint8)


def _with_boxes(grey: np.ndarray) -> np.ndarray:
    picture = Image.fromarray(grey).convert("RGB")
    side = picture.width
    draw = ImageDraw.Draw(picture)
    for row in range(side // 5, side * 9 // 10, side // 6):
        draw.line((side // 5, row, side * 4 // 5, row), fill=YELLOW, width=max(1, side // 300))
    return np.asarray(picture)


def _radiograph(pixels: np.ndarray) -> Radiograph:
    colour = pixels if pixels.ndim == 3 else None
    grey = pixels.mean(axis=2) if pixels.ndim == 3 else pixels
    return Radiograph(Path("x.png"), grey.astype(np.float32), 255.0, colour=colour)


@pytest.mark.parametrize("side", [224, 512])
@pytest.mark.parametrize("quality", [None, 85])
def test_drawn_boxes_hardly_change_what_a_model_sees(side: int, quality: int | None) -> None:
    plain, drawn = _screen(side), _with_boxes(_screen(side))
    if quality:
        file = io.BytesIO()
        Image.fromarray(drawn).save(file, "JPEG", quality=quality)
        drawn = np.asarray(Image.open(file).convert("RGB"))
    shown = {"plain": plain, "cleaned": drawn, "uncleaned": drawn.max(axis=2)}
    tensors = {name: square_tensor(_radiograph(pixels), 256).astype(int) for name, pixels in shown.items()}
    moved = {
        name: np.abs(tensor - tensors["plain"]).mean(axis=(1, 2)).max() for name, tensor in tensors.items()
    }
    assert moved["cleaned"] < 0.5 * moved["uncleaned"]


def test_two_lines_side_by_side_leave_no_dark_band() -> None:
    plain = np.full((224, 224), 150, np.uint8)
    drawn = np.repeat(plain[:, :, None], 3, axis=2)
    for row in (100, 104, 108):
        drawn[row, 40:180] = YELLOW
    drawn[110:130, 50:90] = YELLOW
    assert np.abs(without_drawing(drawn).astype(int) - plain).max() <= 1


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (37, 61)])
def test_a_drawing_is_filled_in_pictures_of_any_shape(shape: tuple[int, int]) -> None:
    drawn = np.full((*shape, 3), 90, np.uint8)
    drawn[:1, : max(1, shape[1] // 8)] = YELLOW
    assert without_drawing(drawn).shape == shape


def test_a_picture_without_colour_is_its_grey() -> None:
    grey = _screen(224)
    assert np.array_equal(without_drawing(np.repeat(grey[:, :, None], 3, axis=2)), grey)


def test_a_tinted_picture_is_not_taken_to_be_drawn_over() -> None:
    tinted = np.stack([_screen(224), _screen(224) // 2, _screen(224) // 3], axis=2)
    expected = np.asarray(Image.fromarray(tinted).convert("L"))
    assert np.array_equal(without_drawing(tinted), expected)


@pytest.mark.parametrize("shape", [(300, 200), (120, 310), (256, 256)])
def test_pictures_are_padded_with_black_and_keep_their_shape(shape: tuple[int, int]) -> None:
    tensor = square_tensor(_radiograph(np.full(shape, 200, np.uint8)), 256)
    assert tensor.shape == (256, 256, 3)
    assert tensor.dtype == np.uint8
    shown = (tensor[..., 0] > 100).sum() / 256**2
    assert shown == pytest.approx(min(shape) / max(shape), abs=0.01)


def test_the_grey_stands_in_all_three_channels() -> None:
    tensor = square_tensor(_radiograph(_with_boxes(_screen(300))), 128)
    assert np.array_equal(tensor[..., 0], tensor[..., 1])
    assert np.array_equal(tensor[..., 0], tensor[..., 2])


@pytest.mark.parametrize("shape", [(300, 200), (101, 256), (64, 64)])
def test_points_lie_on_the_square_where_the_picture_shows_them(shape: tuple[int, int]) -> None:
    pixels = np.zeros(shape)
    row, column = shape[0] // 3, shape[1] // 4
    pixels[row, column] = 255
    side = max(shape)
    square = square_tensor(_radiograph(pixels), side)[..., 0]
    share = on_square(np.array([[column, row]], float), *shape)[0]
    x, y = np.floor(share * side).astype(int)
    assert square[y, x] == 255
    assert off_square(share[None], *shape)[0] == pytest.approx((column, row))
