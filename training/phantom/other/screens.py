"""Spine DXA as it must not be opened: a report page with several pictures, and a screen photographed."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from training.phantom.dxa.picture import make_dxa_picture
from training.phantom.geometry.grid import Map, smooth_field
from training.phantom.other.densitometry import screen
from training.phantom.other.figure_parts import hip
from training.phantom.other.scenes import photograph, text_page

Drawn = Callable[[int, np.random.Generator], Map]

_PAGE_SCALE = 2
"""Pages are drawn so many times larger than asked for, as their letters are small."""


def report_page(rows: int, rng: np.random.Generator) -> Map:
    """Return a page of text with one to three scans on it, a graph of bands and a table."""
    page = np.clip(text_page(_PAGE_SCALE * rows, rng), 0.0, 1.0)
    height, width = page.shape
    places = rng.permutation([(v, u) for v in (0.08, 0.52) for u in (0.04, 0.52)])
    drawn: list[Drawn] = [_spine, *rng.choice(np.array([_spine, _hip, _graph]), rng.integers(1, 4))]
    for draw, (down, right) in zip(drawn, places, strict=False):
        shape = (int(height * rng.uniform(0.28, 0.42)), int(width * rng.uniform(0.28, 0.44)))
        top, left = int(height * down), int(width * right)
        part = cv2.resize(draw(max(shape), rng), shape[::-1], interpolation=cv2.INTER_AREA)
        page[top : top + shape[0], left : left + shape[1]] = part
    return cv2.resize(page, (width // _PAGE_SCALE, rows), interpolation=cv2.INTER_AREA)


def screen_photograph(rows: int, rng: np.random.Generator) -> Map:
    """Return a monitor with a scan or a report seen at an angle: its frame, the room, moire and glare."""
    draw = (_spine, _hip, report_page)[int(rng.choice(3, p=[0.6, 0.15, 0.25]))]
    shown = draw(rows, rng)
    shown = shown + _moire(shown.shape, rng)
    frame = int(rng.uniform(0.0, 0.08) * rows)
    shown = cv2.copyMakeBorder(shown, *[frame] * 4, cv2.BORDER_CONSTANT, value=float(rng.uniform(0.0, 0.4)))
    width = round(rows * rng.uniform(0.7, 1.5))
    room = _room((rows, width), rng)
    matrix = _seen_at_an_angle(shown.shape, room.shape, rng)
    on_it = cv2.warpPerspective(np.ones_like(shown), matrix, (width, rows))
    seen = cv2.warpPerspective(shown.astype(np.float32), matrix, (width, rows))
    seen = seen * rng.uniform(0.6, 1.0) + rng.uniform(0.0, 0.2) + _glare(room.shape, rng)
    picture = cv2.GaussianBlur(on_it * seen + (1.0 - on_it) * room, (0, 0), rng.uniform(0.3, 1.2))
    return picture + rng.uniform(0.0, 0.04) * rng.standard_normal(room.shape, np.float32)


def _spine(rows: int, rng: np.random.Generator) -> Map:
    seed, number = int(rng.integers(1 << 31)), int(rng.integers(1 << 20))
    pixels = make_dxa_picture(seed, number, "every", rows).pixels
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.ndim == 3 else pixels
    return (grey / np.float32(255)).astype(np.float32)


def _hip(rows: int, rng: np.random.Generator) -> Map:
    return screen(hip(rows, rng), rng)


def _graph(rows: int, rng: np.random.Generator) -> Map:
    """Return bands of reference that fall with age, with the patient's mark among them."""
    v, u = np.meshgrid(*[np.linspace(0, 1, rows, dtype=np.float32)] * 2, indexing="ij")
    height = 0.9 - v - 0.35 * u**2
    levels = np.sort(rng.uniform(0.3, 1.0, 3))
    graph = levels[np.digitize(height, np.sort(rng.uniform(0.0, 0.6, 2)))].astype(np.float32)
    mark = (int(rng.uniform(0.3, 0.9) * rows), int(rng.uniform(0.3, 0.9) * rows))
    cv2.circle(graph, mark, max(2, rows // 40), 0.0, -1)
    return graph


def _room(shape: tuple[int, int], rng: np.random.Generator) -> Map:
    if rng.random() < 0.4:
        return cv2.resize(photograph(shape[0], rng).astype(np.float32), shape[::-1])
    lit = 0.1 * smooth_field(rng, shape, (shape[0] / 2, shape[1] / 2))
    return np.float32(rng.uniform(0.0, 0.8)) + np.float32(rng.choice([0.0, 1.0])) * lit


def _seen_at_an_angle(shown: tuple[int, ...], room: tuple[int, ...], rng: np.random.Generator) -> Map:
    """Return what takes the corners of the screen to where a camera beside it sees them."""
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)], np.float32)
    rows = 0.5 * rng.uniform(0.6, 0.95) * room[0]
    half = np.array([min(rows * shown[1] / shown[0], 0.48 * room[1]), rows])
    side, nearer = int(rng.integers(2)), float(rng.choice([-1, 1]))
    seen = corners * half
    seen[:, side] *= 1.0 - rng.uniform(0.15, 0.45) * (corners[:, 1 - side] * nearer > 0)
    seen += rng.normal(0.0, 0.05, (4, 2)) * half
    turn = np.radians(rng.normal(0.0, 10.0))
    seen = seen @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    middle = np.array([room[1], room[0]]) * (0.5 + rng.normal(0.0, 0.03, 2))
    flat = (corners + 1) / 2 * (np.array([shown[1], shown[0]]) - 1)
    return cv2.getPerspectiveTransform(flat.astype(np.float32), (seen + middle).astype(np.float32))


def _moire(shape: tuple[int, ...], rng: np.random.Generator) -> Map:
    """Return faint waves, as a camera's pixels beat with the screen's."""
    v, u = np.meshgrid(*(np.arange(n, dtype=np.float32) for n in shape), indexing="ij")
    across, down = rng.normal(0.0, 0.8, 2)
    return np.float32(rng.uniform(0.0, 0.08)) * np.sin(across * u + down * v + 0.002 * u * v)


def _glare(shape: tuple[int, ...], rng: np.random.Generator) -> Map:
    """Return the light of a lamp or a window on the glass."""
    v, u = np.meshgrid(*(np.linspace(-1, 1, n, dtype=np.float32) for n in shape), indexing="ij")
    (down, right), size = rng.uniform(-0.8, 0.8, 2), rng.uniform(0.1, 0.5, 2)
    lamp = np.exp(-(((v - down) / size[0]) ** 2) - ((u - right) / size[1]) ** 2)
    return np.float32(rng.choice([0.0, rng.uniform(0.1, 0.8)])) * lamp
