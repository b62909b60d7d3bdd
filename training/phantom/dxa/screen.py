"""What a densitometer's screen shows: bone scaled to its own range, with boxes and contour drawn."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.phantom.dxa.scan import Phantom
from training.phantom.looks.looks import ScreenLook
from training.phantom.spine.lumbar_view import MEASURED, dividing_points

Map = NDArray[np.float32]
Picture = NDArray[np.uint8]

_YELLOW = (215, 217, 110)
_LABEL = (240, 240, 150)
LEAST_OUTLINE_PX = 40
"""Shorter outlines are specks of noise."""


def show(bone: Map, phantom: Phantom, look: ScreenLook, rng: np.random.Generator) -> Picture:
    """Return the screen as uint8 [row, column] grey, or [row, column, RGB] where boxes are drawn."""
    grey = _scaled(bone, phantom, look)
    size = _shape_px(phantom, look)
    interpolation = cv2.INTER_AREA if size[1] < grey.shape[0] else cv2.INTER_LINEAR
    large = cv2.resize(grey, size, interpolation=interpolation)
    if look.blur_px > 0.2:
        large = cv2.GaussianBlur(large, (0, 0), look.blur_px * size[1] / 256.0)
    if look.sharpen > 0.0:
        large = large + np.float32(look.sharpen) * (
            large - cv2.GaussianBlur(large, (0, 0), 1.5 * size[1] / 256.0)
        )
    picture = np.rint(np.clip(large, 0.0, 1.0) * 255).astype(np.uint8)
    picture = _drawn(picture, bone, phantom, rng) if look.boxes else picture
    picture = _framed(picture, rng) if look.frame else picture
    return picture if look.jpeg_quality is None else _compressed(picture, look.jpeg_quality)


def _compressed(picture: Picture, quality: int) -> Picture:
    """Return the picture after JPEG, which smears the colour of drawn lines over their neighbours."""
    _, encoded = cv2.imencode(
        ".jpg", picture[..., ::-1] if picture.ndim == 3 else picture, (cv2.IMWRITE_JPEG_QUALITY, quality)
    )
    decoded = cv2.imdecode(encoded, cv2.IMREAD_UNCHANGED)
    return decoded[..., ::-1] if picture.ndim == 3 else decoded


def _scaled(bone: Map, phantom: Phantom, look: ScreenLook) -> Map:
    """Return grey levels 0..1, black at the machine's level, white near this picture's brightest bone."""
    inside = np.zeros(bone.shape, bool)
    for level in MEASURED:
        inside |= phantom.regions[level]
    white = float(np.percentile(cv2.GaussianBlur(bone, (0, 0), 1.0)[inside], 99.5)) * look.headroom
    scaled = np.clip((bone - look.black_g_cm2) / max(white - look.black_g_cm2, 0.05), 0.0, 1.0)
    return (scaled ** np.float32(look.gamma)).astype(np.float32)


def _shape_px(phantom: Phantom, look: ScreenLook) -> tuple[int, int]:
    """Return (width, height) of the picture: square where the screen was squashed, else as the body is."""
    if look.squashed:
        return look.size_px, look.size_px
    return round(look.size_px * phantom.grid.columns / phantom.grid.rows), look.size_px


def _drawn(grey: Picture, bone: Map, phantom: Phantom, rng: np.random.Generator) -> Picture:
    picture = np.repeat(grey[:, :, None], 3, axis=2)
    scale = (grey.shape[1] / bone.shape[1], grey.shape[0] / bone.shape[0])
    thickness = max(1, round(grey.shape[0] / 400))
    for contour in _contours(bone, phantom):
        points = np.rint((contour + 0.5) * np.array(scale)).astype(np.int32)
        cv2.polylines(picture, [points], True, _YELLOW, thickness)
    _draw_boxes(picture, phantom, scale, thickness, rng)
    return picture


def _contours(bone: Map, phantom: Phantom) -> list[NDArray[np.float64]]:
    """Return the outline that a threshold finds around L1 to L4 together, ragged with noise as on screens."""
    smooth = cv2.GaussianBlur(bone, (0, 0), 1.2)
    mask = np.zeros(bone.shape, np.uint8)
    for level in MEASURED:
        region = phantom.regions[level]
        near = cv2.dilate(region.astype(np.uint8), np.ones((3, 13), np.uint8)) > 0
        mask |= (near & (smooth > 0.45 * float(np.median(smooth[region])))).astype(np.uint8)
    found, _ = cv2.findContours(
        cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((9, 9))),
        cv2.RETR_EXTERNAL,
        cv2.CHAIN_APPROX_NONE,
    )
    return [outline[:, 0].astype(float) for outline in found if len(outline) > LEAST_OUTLINE_PX]


def _framed(picture: Picture, rng: np.random.Generator) -> Picture:
    """Return the picture with strips of a window's border, and parts of a scroll bar, along some edges."""
    framed = picture.copy()
    for turns in range(4):
        edge = np.rot90(framed, turns)
        if rng.random() < 0.4:
            edge[: int(rng.integers(1, 4))] = rng.choice([0, 160, 255], p=[0.3, 0.2, 0.5])
        if rng.random() < 0.15:
            start, end = sorted(int(place * edge.shape[1]) for place in rng.random(2))
            edge[: max(2, edge.shape[0] // 60), start:end] = rng.integers(150, 256)
    return framed


def _draw_boxes(
    picture: Picture, phantom: Phantom, scale: tuple[float, float], thickness: int, rng: np.random.Generator
) -> None:
    spine, pixel = phantom.spine, phantom.grid.pixel_mm
    middle = np.mean([vertebra.x for vertebra in spine[2:6]])
    half = rng.uniform(45.0, 62.0)
    edges = []
    for upper, lower in zip(spine[1:6], spine[2:7], strict=True):
        x, z, turn = dividing_points(upper, lower)
        sides = (max(middle - half, 1.0), min(middle + half, phantom.grid.columns * pixel - 1.0))
        edges.append(
            [((s / pixel) * scale[0], ((z + np.tan(turn) * (s - x)) / pixel) * scale[1]) for s in sides]
        )
    for left, right in edges:
        cv2.line(picture, _pixel(left), _pixel(right), _YELLOW, thickness)
    for side in (0, 1):
        line = np.array([_pixel(edge[side]) for edge in edges], np.int32)
        cv2.polylines(picture, [line], False, _YELLOW, thickness)
    font = picture.shape[0] / 224 * 0.33
    for level, edge in zip(MEASURED, edges, strict=False):
        at = (_pixel(edge[0])[0] + 3, _pixel(edge[0])[1] + round(picture.shape[0] * 0.045))
        (width, height), _ = cv2.getTextSize(level, cv2.FONT_HERSHEY_SIMPLEX, font, thickness)
        cv2.rectangle(picture, (at[0] - 1, at[1] + 2), (at[0] + width + 1, at[1] - height - 2), (0, 0, 0), -1)
        cv2.putText(picture, level, at, cv2.FONT_HERSHEY_SIMPLEX, font, _LABEL, thickness, cv2.LINE_AA)


def _pixel(point: tuple[float, float]) -> tuple[int, int]:
    return round(point[0]), round(point[1])
