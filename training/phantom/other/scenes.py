"""Pictures that are no radiographs: CT slices, ultrasound, photographs, pages of text, blanks and noise.

Each returns grey levels 0 to 1, [row, column]; shapes are as simple as serves.
"""

from __future__ import annotations

import cv2
import numpy as np

from training.phantom.geometry.grid import Map, disc, smooth_field

_LETTERS = np.array(list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJ0123456789.,:-"))


def ct_slice(rows: int, rng: np.random.Generator) -> Map:
    """Return a slice through the trunk: skin, fat, muscle, organs or lungs, a vertebra, ribs, a table."""
    v, u = _plane((rows, rows))
    wide, deep = rng.uniform(0.6, 0.92), rng.uniform(0.4, 0.68)
    picture = 0.28 * disc(u, v, (0, 0), (wide, deep), 0.02)
    picture += 0.25 * disc(u, v, (0, 0.02), (wide * rng.uniform(0.7, 0.95), deep * 0.88), 0.02)
    for _ in range(rng.integers(3, 12)):
        centre = (rng.uniform(-0.6, 0.6) * wide, rng.uniform(-0.6, 0.5) * deep)
        radii = tuple(rng.uniform(0.05, 0.3, 2))
        picture += rng.uniform(-0.25, 0.2) * disc(u, v, centre, radii, 0.02)
    if rng.random() < 0.5:
        for side in (-1, 1):
            picture -= 0.6 * disc(u, v, (side * 0.42 * wide, -0.05), (0.3 * wide, 0.6 * deep), 0.02)
    spine = (rng.normal(0, 0.02), deep * 0.5)
    picture += 0.5 * disc(u, v, spine, (0.12, 0.1), 0.02) - 0.3 * disc(
        u, v, (spine[0], spine[1] + 0.14), (0.04, 0.04), 0.02
    )
    for angle in np.linspace(0.2, 2.94, int(rng.integers(5, 12))):
        place = (0.86 * wide * np.cos(angle), 0.8 * deep * np.sin(angle) * rng.choice([-1, 1]))
        picture += 0.5 * disc(u, v, place, (0.05, 0.02), 0.02)
    picture += 0.3 * (np.abs(v - deep - 0.05 - 0.15 * u**2) < 0.012)
    return picture + rng.uniform(0.005, 0.05) * rng.standard_normal(picture.shape, np.float32)


def ultrasound(rows: int, rng: np.random.Generator) -> Map:
    """Return a fan of speckle with layers and dark cysts on black."""
    v, u = _plane((rows, round(rows * rng.uniform(0.9, 1.4))))
    speckle = np.hypot(*(smooth_field(rng, v.shape, (2.0, rng.uniform(2.0, 6.0))) for _ in range(2)))
    picture = (0.12 + 0.1 * smooth_field(rng, v.shape, (rows / 12, rows / 4))) * speckle
    for _ in range(rng.integers(1, 5)):
        inside = disc(u, v, tuple(rng.uniform(-0.5, 0.5, 2)), tuple(rng.uniform(0.06, 0.35, 2)), 0.05)
        picture *= 1.0 - rng.uniform(0.6, 1.0) * inside
    apex = -rng.uniform(1.1, 1.8)
    radius, angle = np.hypot(u, v - apex), np.arctan2(u, v - apex)
    fan = (radius > -apex - 0.95) & (radius < -apex + 0.9) & (np.abs(angle) < rng.uniform(0.35, 0.75))
    return picture * fan


def photograph(rows: int, rng: np.random.Generator) -> Map:
    """Return leaves lying over each other, of many sizes and textures: statistics as of photographs."""
    shape = (rows, round(rows * rng.uniform(0.6, 1.6)))
    picture = 0.5 + 0.2 * smooth_field(rng, shape, (rows / 2, rows / 2))
    for _ in range(rng.integers(5, 120)):
        size = rows * 0.5 * rng.random() ** 2 + 3
        corners = rng.uniform(-size, size, (int(rng.integers(3, 9)), 2)) + rng.uniform(0, shape[::-1], 2)
        leaf = np.zeros(shape, np.uint8)
        cv2.fillPoly(leaf, [cv2.convexHull(corners.astype(np.int32))], 1)
        picture[leaf > 0] = rng.uniform(0, 1)
    texture = smooth_field(rng, shape, (rng.uniform(1, 20), rng.uniform(1, 20)))
    lit = smooth_field(rng, shape, (rows / 1.5, rows / 1.5))
    return cv2.GaussianBlur(picture + 0.06 * texture + 0.1 * lit, (0, 0), rng.uniform(0.4, 2.0))


def text_page(rows: int, rng: np.random.Generator) -> Map:
    """Return lines of letters, with frames and bars now and then, dark on light or light on dark."""
    shape = (rows, round(rows * rng.uniform(0.65, 1.5)))
    page = np.zeros(shape, np.uint8)
    line, margin = int(rng.integers(10, 28)), int(rng.integers(4, 40))
    for baseline in range(margin + line, rows - margin, line + int(rng.integers(2, 12))):
        if rng.random() < 0.85:
            words = "".join(rng.choice(_LETTERS, int(rng.integers(5, 70)))).replace("a", " ")
            scale = line / rng.uniform(28, 40)
            cv2.putText(page, words, (margin, baseline), cv2.FONT_HERSHEY_SIMPLEX, scale, 255, 1, cv2.LINE_AA)
    page[:, shape[1] - margin :] = 0
    for _ in range(rng.integers(0, 4)):
        left, top = (rng.uniform(0, 0.7, 2) * shape[::-1]).astype(int)
        right, bottom = left + int(rng.integers(20, 150)), top + int(rng.integers(20, 150))
        cv2.rectangle(
            page, (left, top), (right, bottom), int(rng.integers(50, 255)), int(rng.choice([1, 2, -1]))
        )
    ink = page.astype(np.float32) / 255
    return ink if rng.random() < 0.4 else 1.0 - rng.uniform(0.6, 1.0) * ink


def blank(rows: int, rng: np.random.Generator) -> Map:
    """Return an exposure of nothing: one grey with a slope, perhaps a bright frame."""
    v, u = _plane((rows, round(rows * rng.uniform(0.6, 1.4))))
    slope = rng.normal(0.0, 0.15, 2)
    picture = rng.uniform(0.0, 1.0) + slope[0] * u + slope[1] * v
    if rng.random() < 0.4:
        half = rng.uniform(0.3, 0.95, 2)
        picture[(np.abs(u) > half[0]) | (np.abs(v) > half[1])] = rng.choice([0.0, 1.0])
    return picture + rng.uniform(0.0, 0.03) * rng.standard_normal(picture.shape, np.float32)


def noise(rows: int, rng: np.random.Generator) -> Map:
    """Return noise of any grain, from single pixels to clouds."""
    shape = (rows, round(rows * rng.uniform(0.6, 1.4)))
    scales = np.exp(rng.uniform(0.0, np.log(rows / 3), 2))
    picture = 0.5 + 0.2 * smooth_field(rng, shape, (scales[0], scales[1]))
    return picture + rng.uniform(0.0, 0.3) * rng.standard_normal(shape, np.float32)


def _plane(shape: tuple[int, int]) -> tuple[Map, Map]:
    """Return v and u of each pixel: -1 to 1 down, as far across as the shape is wide."""
    v, u = np.meshgrid(*(np.linspace(-1, 1, n, dtype=np.float32) for n in shape), indexing="ij")
    return v, u * np.float32(shape[1] / shape[0])
