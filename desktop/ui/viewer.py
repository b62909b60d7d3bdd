"""The picture under the hand: zoom by wheel, pan by left drag, window by right drag, landmarks by both."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from desktop.ui.picture_canvas import PictureCanvas
from desktop.ui.theme import Theme

WHEEL_STEP = 1.0015
KEY_STEP = 1.25
PAN_STEP_PX = 40
KEYS = "Wheel or plus and minus zoom, arrows move, I inverts, R resets, Tab chooses a landmark."
STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
SHIFTED_STEP = 10
BESIDE = {Qt.Key.Key_PageDown: 1, Qt.Key.Key_PageUp: -1}


class Viewer(PictureCanvas):
    """Shows one radiograph and lets it, and the landmarks over it, be moved."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._grabbed: QPointF | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Picture")
        self.setAccessibleDescription(KEYS)
        self.overlay.changed.connect(self._say_hint)

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: D102, N802
        place = event.position()
        self.zoom(WHEEL_STEP ** event.angleDelta().y(), (place.x(), place.y()))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        if event.button() == Qt.MouseButton.LeftButton and self._press_landmark(event):
            return
        self._grabbed, self._follows_hand = event.position(), True
        if event.button() == Qt.MouseButton.LeftButton and self.has_picture:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        if self._grabbed is None:
            self._follow(event)
            return
        moved = event.position() - self._grabbed
        self._grabbed = event.position()
        if event.buttons() & Qt.MouseButton.RightButton:
            self.change_window(moved.x() / 400, -moved.y() / 400)
        elif event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.MiddleButton):
            self.pan(moved.x(), moved.y())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        self._grabbed, self._follows_hand = None, False
        self.overlay.editor.release()
        self._refine()
        self.unsetCursor()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        if not self._press_landmark(event):
            self.fit()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        self.overlay.editor.hover(None, self.viewport)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102, N802
        self.overlay.editor.finish()
        super().focusOutEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:  # noqa: D102, N802
        editor = self.overlay.editor
        here = self.overlay.has_handles and (forward or editor.chosen is not None)
        if not here or not editor.choose_next(1 if forward else -1):
            return super().focusNextPrevChild(forward)
        self._reveal_chosen()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        step = STEPS.get(Qt.Key(event.key()))
        chosen = self.overlay.editor.chosen is not None
        if event.key() == Qt.Key.Key_Escape and self.overlay.editor.put_back():
            return
        if event.key() in BESIDE and self.overlay.editor.choose_beside(BESIDE[Qt.Key(event.key())]):
            self._reveal_chosen()
        elif step is None:
            super().keyPressEvent(event)
        elif chosen:
            many = SHIFTED_STEP if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self.overlay.editor.step(step[0] * many, step[1] * many)
            self._reveal_chosen()
        else:
            self.pan(-step[0] * PAN_STEP_PX, -step[1] * PAN_STEP_PX)

    def _press_landmark(self, event: QMouseEvent) -> bool:
        place = event.position().x(), event.position().y()
        if not self.overlay.has_handles or not self.overlay.editor.press(place, self.viewport):
            return False
        if self.overlay.editor.dragging:
            self.setCursor(Qt.CursorShape.BlankCursor)  # the handle's arms stand in its place
        return True

    def _follow(self, event: QMouseEvent) -> None:
        """Move the landmark that the mouse holds, else show what it could take hold of."""
        place, editor = (event.position().x(), event.position().y()), self.overlay.editor
        if editor.dragging:
            editor.drag(place, self.viewport)
        elif self.overlay.has_handles:
            editor.hover(place, self.viewport)
            self.setCursor(self._hovering_cursor())

    def _hovering_cursor(self) -> Qt.CursorShape:
        if self.overlay.editor.hovered is None:
            return Qt.CursorShape.ArrowCursor
        movable = self.overlay.markings.size_px is not None
        return Qt.CursorShape.SizeAllCursor if movable else Qt.CursorShape.PointingHandCursor

    def _say_hint(self) -> None:
        self.setAccessibleDescription(self.overlay.hint or KEYS)

    def _reveal_chosen(self) -> None:
        chosen_at = self.overlay.editor.chosen_at
        if chosen_at is not None:
            self.reveal(chosen_at)
