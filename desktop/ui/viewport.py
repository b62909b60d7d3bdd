"""Where a picture lies in the viewer: scale and offset, with zoom that keeps the pixel under the cursor."""

from __future__ import annotations

from dataclasses import dataclass

LARGEST_SCALE = 32.0
SMALLEST_SCALE = 0.02

Size = tuple[float, float]
Place = tuple[float, float]


@dataclass(frozen=True)
class Viewport:
    """Widget place = picture place x `scale` + offset; lengths in widget pixels."""

    scale: float = 1.0
    x: float = 0.0
    y: float = 0.0

    def to_widget(self, place: Place) -> Place:
        """Return where a picture place (x, y) is shown."""
        return place[0] * self.scale + self.x, place[1] * self.scale + self.y

    def of_pixel(self, pixel: Place) -> Place:
        """Return where the middle of a pixel (x, y) is shown; it lies half a pixel from its corner."""
        return self.to_widget((pixel[0] + 0.5, pixel[1] + 0.5))

    def to_picture(self, place: Place) -> Place:
        """Return which picture place (x, y) a widget place shows."""
        return (place[0] - self.x) / self.scale, (place[1] - self.y) / self.scale

    def zoomed(self, factor: float, at: Place) -> Viewport:
        """Return a viewport `factor` times closer in which `at` shows the same picture place."""
        scale = min(max(self.scale * factor, SMALLEST_SCALE), LARGEST_SCALE)
        picture_x, picture_y = self.to_picture(at)
        return Viewport(scale, at[0] - picture_x * scale, at[1] - picture_y * scale)

    def panned(self, dx: float, dy: float) -> Viewport:
        """Return a viewport moved by (dx, dy) widget pixels."""
        return Viewport(self.scale, self.x + dx, self.y + dy)

    def kept_in_sight(self, picture: Size, widget: Size, margin_px: float = 48.0) -> Viewport:
        """Return a viewport in which at least `margin_px` of the picture stays in the widget."""
        x = _clamp(self.x, margin_px - picture[0] * self.scale, widget[0] - margin_px)
        y = _clamp(self.y, margin_px - picture[1] * self.scale, widget[1] - margin_px)
        return Viewport(self.scale, x, y)


def fitted(picture: Size, widget: Size, margin_px: float = 12.0) -> Viewport:
    """Return the viewport that shows the whole picture in the middle of the widget."""
    room = max(widget[0] - 2 * margin_px, 1.0), max(widget[1] - 2 * margin_px, 1.0)
    scale = min(room[0] / picture[0], room[1] / picture[1])
    return centered(picture, widget, min(max(scale, SMALLEST_SCALE), LARGEST_SCALE))


def centered(picture: Size, widget: Size, scale: float) -> Viewport:
    """Return the viewport of this scale with the picture in the middle of the widget."""
    return Viewport(scale, (widget[0] - picture[0] * scale) / 2, (widget[1] - picture[1] * scale) / 2)


def _clamp(value: float, low: float, high: float) -> float:
    return min(max(value, min(low, high)), max(low, high))
