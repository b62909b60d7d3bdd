"""A picture as the viewer paints it: window, inversion, scale and place, and what lies over it."""

from __future__ import annotations

from dataclasses import replace
from math import ceil, sqrt

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.findings.result import Point
from desktop.imaging.radiograph import Radiograph, Window
from desktop.ui.display import Display, shown_window
from desktop.ui.overlay import Overlay
from desktop.ui.theme import Theme
from desktop.ui.viewport import Place, Size, Viewport, centered, fitted

SMOOTH_BELOW_SCALE = 2.0
PIXELS_WHILE_DRAGGED = 1_000_000
"""A larger picture is shown coarser while its window is dragged, so that it follows the hand."""
REVEALED_PX = 40.0
"""What is revealed is at least so far from the edge."""


class PictureCanvas(QWidget):
    """Paints one radiograph; `changed` says that scale, window or inversion did."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._radiograph: Radiograph | None = None
        self._pixmap = QPixmap()
        self._size_px = (0, 0)
        self._coarse = False
        self._follows_size = True
        self._follows_hand = False
        self.display = Display()
        self.viewport = Viewport()
        self.overlay = Overlay(self)
        self.overlay.changed.connect(self.update)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 200)
        theme.changed.connect(self.update)

    @property
    def has_picture(self) -> bool:
        """Whether a picture is shown."""
        return not self._pixmap.isNull()

    def show_radiograph(self, radiograph: Radiograph, image: QImage | None = None) -> None:
        """Show a radiograph as its file asks, whole; `image` where it was rendered so already."""
        self._radiograph = radiograph
        if image is None:
            self.reset()
        else:
            self.display = Display()
            self._set_image(image)
            self.fit()

    def show_png(self, png: bytes, size_px: tuple[int, int] | None = None) -> None:
        """Show a picture without a window to change, a copy of one of `size_px` columns and rows."""
        self._show_image(QImage.fromData(png), size_px)

    def clear(self) -> None:
        """Show no picture."""
        self._show_image(QImage())

    def reset(self) -> None:
        """Show the whole picture with the window of its file, not inverted."""
        self.display = Display()
        self._render()
        self.fit()

    def fit(self) -> None:
        """Show the whole picture, also when the window changes its size."""
        self._follows_size = True
        self._move(fitted(self._picture_size(), self._widget_size()) if self.has_picture else Viewport())

    def actual_size(self) -> None:
        """Show one picture pixel as one screen pixel, in the middle."""
        if self.has_picture:
            self._follows_size = False
            self._move(centered(self._picture_size(), self._widget_size(), 1 / self.devicePixelRatioF()))

    def zoom(self, factor: float, at: Place | None = None) -> None:
        """Zoom around a widget place, by default the middle."""
        if self.has_picture:
            self._follows_size = False
            at = at or (self.width() / 2, self.height() / 2)
            self._move(self._in_sight(self.viewport.zoomed(factor, at)))

    def invert(self) -> None:
        """Swap black and white."""
        self._set_display(replace(self.display, inverted=not self.display.inverted))

    def change_window(self, wider: float, brighter: float) -> None:
        """Widen the window and move it down, both as shares of its present width."""
        if self._radiograph is None:
            return
        window = shown_window(self._radiograph, self.display)
        full = shown_window(self._radiograph, Display()).width
        width = min(max(window.width + wider * full, full / 200), full * 4)
        self._set_display(replace(self.display, window=Window(window.center - brighter * full, width)))

    def window_shown(self) -> Window | None:
        """Return the window in force, None where the picture has none."""
        return shown_window(self._radiograph, self.display) if self._radiograph is not None else None

    def scale_percent(self) -> int:
        """Return screen pixels for each picture pixel, in percent."""
        return round(self.viewport.scale * self.devicePixelRatioF() * 100)

    def picture_shown(self) -> QImage:
        """Return the picture at its own size with window, inversion and overlay as shown."""
        self._refine()
        return self.overlay.on_picture(self._pixmap.toImage(), self._theme.tokens)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.tokens.viewer.ground))
        if self.has_picture:
            smooth = self.viewport.scale < SMOOTH_BELOW_SCALE
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
            painter.drawPixmap(self._target(), self._pixmap, QRectF(self._pixmap.rect()))
            painter.setFont(self.font())
            self.overlay.paint(painter, self.viewport, QRectF(self.rect()), self._theme.tokens)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QColor(self._theme.tokens.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        if not self.has_picture:
            return
        if self._follows_size:
            self.fit()
        else:
            self._move(self._in_sight(self.viewport))

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by widget pixels, never wholly out of sight."""
        if self.has_picture:
            self._follows_size = False
            self._move(self._in_sight(self.viewport.panned(dx, dy)))

    def reveal(self, point: Point) -> None:
        """Move the picture until a point of it is well in sight."""
        x, y = self.viewport.of_pixel(point)
        dx, dy = _inward(x, self.width()), _inward(y, self.height())
        if dx or dy:
            self.pan(dx, dy)

    def _show_image(self, image: QImage, size_px: tuple[int, int] | None = None) -> None:
        self._radiograph = None
        self.display = Display()
        self._set_image(image, size_px)
        self.fit()

    def _set_display(self, display: Display) -> None:
        if self._radiograph is not None:
            self.display = display
            self._render(self._drag_step_px() if self._follows_hand else 1)
            self._move(self.viewport)

    def _render(self, step_px: int = 1) -> None:
        from desktop.ui.picture import rendered  # brings NumPy

        if self._radiograph is not None:
            image = rendered(self._radiograph, self.display, step_px)
            self._coarse = step_px > 1
            rows, columns = self._radiograph.pixels.shape
            self._set_image(image, (columns, rows))

    def _refine(self) -> None:
        if self._coarse:
            self._render()
            self.update()

    def _drag_step_px(self) -> int:
        columns, rows = self._size_px
        return max(1, ceil(sqrt(columns * rows / PIXELS_WHILE_DRAGGED)))

    def _set_image(self, image: QImage, size_px: tuple[int, int] | None = None) -> None:
        self._pixmap = QPixmap.fromImage(image)
        self._size_px = size_px or (image.width(), image.height())

    def _move(self, viewport: Viewport) -> None:
        self.viewport = viewport
        self.update()
        self.changed.emit()

    def _in_sight(self, viewport: Viewport) -> Viewport:
        return viewport.kept_in_sight(self._picture_size(), self._widget_size())

    def _target(self) -> QRectF:
        columns, rows = self._picture_size()
        view = self.viewport
        return QRectF(view.x, view.y, columns * view.scale, rows * view.scale)

    def _picture_size(self) -> Size:
        return float(max(self._size_px[0], 1)), float(max(self._size_px[1], 1))

    def _widget_size(self) -> Size:
        return float(self.width()), float(self.height())


def _inward(place: float, length: float) -> float:
    margin = min(REVEALED_PX, length / 2)
    return max(margin - place, 0.0) + min(length - margin - place, 0.0)
