"""The buttons under the picture, and what scale and window it is shown with."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from desktop.ui.icons import icon
from desktop.ui.overlay_buttons import SLIDER_PX, OpacitySlider, OverlayActions
from desktop.ui.theme import Theme
from desktop.ui.tokens import ICON_PX, LIGHT
from desktop.ui.viewer import KEY_STEP, Viewer


class ViewerBar(QFrame):
    """Zoom, fit, 1:1, invert and reset as buttons; `actions_by_name` puts the same into the menu."""

    def __init__(
        self, viewer: Viewer, theme: Theme, evidence_percent: int = 100, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("look", "viewer-bar")
        self._viewer = viewer
        self.actions_by_name: dict[str, QAction] = {}
        self.scale = QLabel()
        self.window_words = QLabel()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 4, 6, 4)
        layout.setSpacing(2)
        layout.addWidget(self._button("zoom-out", "Zoom out", "Ctrl+-", lambda: viewer.zoom(1 / KEY_STEP)))
        layout.addWidget(self.scale)
        layout.addWidget(self._button("zoom-in", "Zoom in", "Ctrl++", lambda: viewer.zoom(KEY_STEP)))
        layout.addSpacing(8)
        layout.addWidget(self._button("fit", "Fit to window", "Ctrl+0", viewer.fit))
        layout.addWidget(self._button("actual", "Actual size (1:1)", "Ctrl+1", viewer.actual_size))
        layout.addSpacing(8)
        layout.addWidget(self._button("invert", "Invert black and white", "I", viewer.invert))
        layout.addWidget(self._button("reset", "Reset the picture", "R", viewer.reset))
        layout.addSpacing(8)
        for name, action in OverlayActions(viewer.overlay, self).by_name.items():
            layout.addWidget(self._switch(name, action))
        self.opacity = OpacitySlider(viewer.overlay, evidence_percent)
        self.actions_by_name |= self.opacity.actions_by_name
        layout.addWidget(self.opacity)
        layout.addStretch(1)
        layout.addWidget(self.window_words)
        self.scale.setAccessibleName("Scale in percent")
        self.window_words.setAccessibleName("Window and level")
        self.window_words.setToolTip("Drag with the right button: sideways for width, up and down for level.")
        viewer.changed.connect(self._tell)
        viewer.overlay.changed.connect(self._share_room)
        self._tell()

    def _button(self, name: str, words: str, keys: str, slot: Callable[[], None]) -> QToolButton:
        # the bar is dark in both themes
        action = QAction(icon(name, LIGHT.viewer.ink, "#5B6873"), words, self)
        action.setShortcut(keys)
        action.setToolTip(f"{words} ({keys})")
        action.triggered.connect(lambda: slot())
        action.setCheckable(name == "invert")
        return self._of(name, action)

    def _switch(self, name: str, action: QAction) -> QToolButton:
        button = self._of(name, action)
        button.setVisible(action.isVisible())
        action.visibleChanged.connect(lambda: button.setVisible(action.isVisible()))
        return button

    def _of(self, name: str, action: QAction) -> QToolButton:
        self.actions_by_name[name] = action
        button = QToolButton()
        button.setDefaultAction(action)
        button.setProperty("look", "viewer")
        button.setIconSize(QSize(ICON_PX, ICON_PX))
        button.setAccessibleName(action.text())
        return button

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        self._share_room()

    def _share_room(self) -> None:
        """Show the slider where there is evidence to fade, and what room is left for scale and window."""
        room_px = self.width() - self._buttons_px()
        fades = self.opacity.fades and room_px >= SLIDER_PX
        self.opacity.setVisible(fades)
        room_px -= SLIDER_PX + 8 if fades else 0
        scale_px, words_px = self.scale.sizeHint().width(), self.window_words.sizeHint().width()
        self.scale.setVisible(room_px >= scale_px)
        self.window_words.setVisible(room_px >= scale_px + words_px + 8)

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(self._buttons_px(), super().minimumSizeHint().height())

    def _buttons_px(self) -> int:
        buttons = [button for button in self.findChildren(QToolButton) if not button.isHidden()]
        return sum(button.sizeHint().width() + 2 for button in buttons) + 32

    def _tell(self) -> None:
        shown = self._viewer.has_picture
        window = self._viewer.window_shown()
        self.scale.setText(f"{self._viewer.scale_percent()} %" if shown else "")
        self.scale.setMinimumWidth(self.scale.fontMetrics().horizontalAdvance("3200 %") + 4)
        self.window_words.setText(
            f"Window {window.width:.0f}  Level {window.center:.0f}" if window and shown else ""
        )
        self.actions_by_name["invert"].setChecked(self._viewer.display.inverted)
        for action in self.actions_by_name.values():
            action.setEnabled(shown)
