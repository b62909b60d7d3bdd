"""What a densitometer's screen shows: bone scaled to its own range, with boxes and contour drawn."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from training.phantom.dxa_scan import Phantom
from training.phantom.looks import ScreenLook
from training.phantom.lumbar_spine import MEASURED, dividing_points

Map = NDArray[np.float32]
Picture = NDArray[np.uint8]

_YELLOW = (215, 217, 110)
_LABEL = (240, 240, 150)


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
    """Return the outlines that a threshold finds around L1 to L4, ragged with noise as on real screens."""
    smooth = cv2.GaussianBlur(bone, (0, 0), 1.2)
    outlines = []
    for level in MEASURED:
        region = phantom.regions[level]
        near = cv2.dilate(region.astype(np.uint8), np.ones((3, 13), np.uint8)) > 0
        threshold = 0.45 * float(np.median(smooth[region]))
        mask = cv2.morphologyEx(
            (near & (smooth > threshold)).astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 9))
        )
        found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        outlines += [max(found, key=cv2.contourArea)[:, 0].astype(float)] if found else []
    return outlines


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
