"""The buttons that show and hide what lies over a picture."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from desktop.ui.icons import icon
from desktop.ui.overlay import Layer, Overlay
from desktop.ui.tokens import LIGHT

BUTTONS: tuple[tuple[Layer, str, str], ...] = (
    (Layer.REGIONS, "Show the regions that the model looks at", "G"),
    (Layer.LANDMARKS, "Show the landmarks, to be moved by hand", "L"),
    (Layer.EVIDENCE, "Show where the evidence lies", "E"),
)


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
