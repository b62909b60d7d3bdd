"""The buttons and the slider that show and hide what lies over a picture."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSlider

from desktop.ui.icons import icon
from desktop.ui.overlay import Layer, Overlay
from desktop.ui.tokens import LIGHT

BUTTONS: tuple[tuple[Layer, str, str], ...] = (
    (Layer.REGIONS, "Show the regions that the model looks at", "G"),
    (Layer.LANDMARKS, "Show the landmarks, to be moved by hand", "L"),
    (Layer.EVIDENCE, "Show where the evidence lies", "E"),
)
SLIDER_PX = 84


class OverlayActions(QObject):
    """A switch for each layer of an overlay; those that a picture does not have are not to be seen."""

    def __init__(self, overlay: Overlay, parent: QObject) -> None:
        super().__init__(parent)
        self._overlay = overlay
        self.by_name = {layer.value: self._switch(layer, tip, keys) for layer, tip, keys in BUTTONS}
        overlay.changed.connect(self._tell)
        self._tell()

    def _switch(self, layer: Layer, tip: str, keys: str) -> QAction:
        action = QAction(icon(layer.value, LIGHT.viewer.ink, "#5B6873"), layer.value.capitalize(), self)
        action.setShortcut(keys)
        action.setToolTip(f"{tip} ({keys})")
        action.setCheckable(True)
        action.triggered.connect(lambda shown: self._overlay.show_layer(layer, shown))
        return action

    def _tell(self) -> None:
        for layer, _, _ in BUTTONS:
            action = self.by_name[layer.value]
            action.setVisible(self._overlay.offers(layer))
            action.setChecked(self._overlay.shows(layer))


class OpacitySlider(QSlider):
    """How much the evidence covers the picture, in percent."""

    def __init__(self, overlay: Overlay) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setRange(0, 100)
        self.setValue(100)
        self.setFixedWidth(SLIDER_PX)
        self.setToolTip("How much the evidence covers the picture")
        self.setAccessibleName("Opacity of the evidence in percent")
        self.valueChanged.connect(lambda percent: overlay.set_opacity(percent / 100))
