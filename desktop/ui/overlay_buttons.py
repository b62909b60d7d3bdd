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
FADING: tuple[tuple[str, str, str, int], ...] = (
    ("evidence-fainter", "Fainter evidence", ",", -10),
    ("evidence-stronger", "Stronger evidence", ".", 10),
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


class OpacitySlider(QSlider):
    """How much the evidence covers the picture, in percent; `actions_by_name` puts it under two keys."""

    def __init__(self, overlay: Overlay, percent: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._overlay = overlay
        self.actions_by_name = {name: self._fading(words, keys, step) for name, words, keys, step in FADING}
        self.setRange(0, 100)
        self.setFixedWidth(SLIDER_PX)
        self.setToolTip("How much the evidence covers the picture (, and .)")
        self.setAccessibleName("Opacity of the evidence in percent")
        self.valueChanged.connect(lambda percent: overlay.set_opacity(percent / 100))
        self.setValue(percent)
        overlay.set_opacity(percent / 100)
        overlay.changed.connect(self._tell)
        self._tell()

    @property
    def fades(self) -> bool:
        """Whether there is evidence to be seen."""
        return self._overlay.offers(Layer.EVIDENCE) and self._overlay.shows(Layer.EVIDENCE)

    def _fading(self, words: str, keys: str, step: int) -> QAction:
        action = QAction(words, self)
        action.setShortcut(keys)
        action.triggered.connect(lambda: self.setValue(self.value() + step))
        return action

    def _tell(self) -> None:
        for action in self.actions_by_name.values():
            action.setVisible(self.fades)
