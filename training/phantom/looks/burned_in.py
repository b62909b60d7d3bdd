"""What is burned into a radiograph over the patient: letters of the side, lines of text, labels, rulers."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from desktop.imaging.radiograph import View
from training.phantom.geometry.grid import Map
from training.phantom.looks.looks import Looks

_FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_PLAIN)
_LINES = {
    View.CHEST_FRONTAL: ("ERECT", "SUPINE", "SITTING", "AP MOBILE", "PA", "PORTABLE", "CHEST PA", "INSP"),
    View.LUMBAR_LATERAL: ("LATERAL", "STANDING", "LAT", "L-SPINE LAT", "UPRIGHT", "RECUMBENT"),
}


@dataclass(frozen=True)
class Letter:
    """A letter or line: its text, its middle (x, y) and height as shares of the picture, tone and style.

    One of lead, exposed with the patient, may be turned or mirrored; a `boxed` one stands on a dark label.
    """

    text: str
    at: tuple[float, float]
    height: float
    tone: float
    font: int
    turn_deg: float
    mirrored: bool
    boxed: bool


@dataclass(frozen=True)
class Overlay:
    """All that is burned into one picture; `labels` are blank boxes (x, y, width, height, tone) in shares."""

    letters: tuple[Letter, ...]
    labels: tuple[tuple[float, float, float, float, float], ...]
    ruler: bool


def draw_overlay(view: View, looks: Looks, rng: np.random.Generator) -> Overlay:
    """Return the marks of one picture."""
    if looks == "one":
        return Overlay((Letter("R", (0.07, 0.08), 0.045, 1.0, _FONTS[0], 0.0, False, False),), (), False)
    letters = []
    if rng.random() < 0.75:
        letters.append(_side_letter(view, rng))
    if rng.random() < 0.3:
        letters.append(_line(str(rng.choice(_LINES[view])), rng))
    if rng.random() < 0.12:
        letters.append(_line(f"{rng.integers(60, 130)} kV  {rng.uniform(0.8, 60):.1f} mAs", rng))
    labels = tuple(_label(rng) for _ in range(int(rng.choice([0, 0, 0, 0, 0, 1, 2, 2]))))
    return Overlay(tuple(letters), labels, bool(rng.random() < 0.08))


def _side_letter(view: View, rng: np.random.Generator) -> Letter:
    """Return R or L on the side where it belongs, near an edge of the picture."""
    left = bool(rng.random() < 0.5)
    on_the_left = not left if view is View.CHEST_FRONTAL else bool(rng.random() < 0.5)
    inset = rng.uniform(0.03, 0.12)
    lead = bool(rng.random() < 0.6)
    return Letter(
        text=str(rng.choice(["L", "LT", "(L)"] if left else ["R", "RT", "(R)"])),
        at=(float(inset if on_the_left else 1.0 - inset), float(rng.uniform(0.04, 0.95) ** 1.6 + 0.02)),
        height=float(rng.uniform(0.02, 0.06)),
        tone=float(rng.uniform(0.85, 1.05)),
        font=int(rng.choice(_FONTS)),
        turn_deg=float(rng.normal(0.0, 12.0)) if lead else 0.0,
        mirrored=lead and bool(rng.random() < 0.1),
        boxed=bool(rng.random() < 0.15),
    )


def _line(text: str, rng: np.random.Generator) -> Letter:
    at = (
        float(rng.uniform(0.12, 0.88)),
        float(rng.choice([rng.uniform(0.02, 0.10), rng.uniform(0.92, 0.98)])),
    )
    height, tone = float(rng.uniform(0.012, 0.03)), float(rng.uniform(0.7, 1.0))
    return Letter(text, at, height, tone, int(rng.choice(_FONTS)), 0.0, False, bool(rng.random() < 0.2))


def _label(rng: np.random.Generator) -> tuple[float, float, float, float, float]:
    """Return a box at an upper or lower corner, as over a name."""
    width, height = rng.uniform(0.08, 0.3), rng.uniform(0.02, 0.07)
    x = rng.choice([0.0, 1.0 - width, rng.uniform(0.0, 1.0 - width)])
    y = rng.choice([0.0, 0.0, 1.0 - height])
    return float(x), float(y), float(width), float(height), float(rng.choice([0.0, 0.0, 1.0]))


def overlaid(levels: Map, overlay: Overlay) -> Map:
    """Return the grey levels with all marks drawn; the input is not changed."""
    picture = levels.copy()
    rows, columns = picture.shape
    for x, y, width, height, tone in overlay.labels:
        part = (
            slice(int(y * rows), int((y + height) * rows)),
            slice(int(x * columns), int((x + width) * columns)),
        )
        picture[part] = np.float32(tone)
    for letter in overlay.letters:
        _write(picture, letter)
    if overlay.ruler:
        _rule(picture)
    return picture


def _write(picture: Map, letter: Letter) -> None:
    stamp = _stamp(letter, picture.shape[0])
    height, width = stamp.shape
    left = int(np.clip(letter.at[0] * picture.shape[1] - width / 2, 0, max(picture.shape[1] - width, 0)))
    top = int(np.clip(letter.at[1] * picture.shape[0] - height / 2, 0, max(picture.shape[0] - height, 0)))
    under = picture[top : top + height, left : left + width]
    stamp = stamp[: under.shape[0], : under.shape[1]]
    if letter.boxed:
        under[:] = 0.0
    under += stamp * (np.float32(letter.tone) - under)


def _stamp(letter: Letter, rows: int) -> Map:
    """Return how much of each pixel a letter covers, 0 to 1, on a box just large enough."""
    scale = letter.height * rows / cv2.getTextSize("R", letter.font, 1.0, 1)[0][1]
    thickness = max(1, round(0.12 * letter.height * rows))
    (width, height), under = cv2.getTextSize(letter.text, letter.font, scale, thickness)
    pad = thickness + round(0.3 * abs(np.sin(np.radians(letter.turn_deg))) * (width + height)) + 1
    canvas = np.zeros((height + under + 2 * pad, width + 2 * pad), np.uint8)
    cv2.putText(canvas, letter.text, (pad, pad + height), letter.font, scale, 255, thickness, cv2.LINE_AA)
    if letter.turn_deg:
        middle = (canvas.shape[1] / 2, canvas.shape[0] / 2)
        canvas = cv2.warpAffine(
            canvas, cv2.getRotationMatrix2D(middle, letter.turn_deg, 1.0), canvas.shape[::-1]
        )
    stamp = canvas.astype(np.float32) / np.float32(255)
    return stamp[:, ::-1] if letter.mirrored else stamp


def _rule(picture: Map) -> None:
    """Draw a scale of 10 ticks along the lower edge."""
    rows, columns = picture.shape
    for number in range(11):
        column = int(columns * (0.3 + 0.04 * number))
        length = max(2, rows // (50 if number % 5 == 0 else 90))
        picture[rows - 2 - length : rows - 2, column : column + max(1, rows // 600)] = 0.9
