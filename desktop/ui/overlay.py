"""What the viewer shows over a picture: regions, landmarks and evidence, each to be shown or hidden."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QImage, QPainter

from desktop.findings.anatomy_words import landmark_words, parts_of_picture, titled
from desktop.findings.result import Point
from desktop.report.outlines import OutlineStyle, draw_evidence, draw_labels, draw_regions, evidence_image
from desktop.ui.landmark_editor import LandmarkEditor
from desktop.ui.markings import Markings, regions_at, vertebrae_at
from desktop.ui.overlay_paint import (
    draw_hint,
    draw_landmark,
    draw_legend,
    draw_vertebra,
    hint_box,
    legend_box,
)
from desktop.ui.tokens import Tokens
from desktop.ui.viewport import Viewport

if TYPE_CHECKING:
    from desktop.clinical.chest import Corners

OUTLINE_PX = 1.5
EXPORTED_AS_PX = 900
"""A larger picture is exported with lines and words as a viewer of this size shows them."""
HOW_TO_MOVE = "arrows move it, with Shift by 10, Esc puts it back"
HOW_TO_CHOOSE = "page down for the next corner"


class Layer(StrEnum):
    """What can be shown or hidden over a picture."""

    REGIONS = "regions"
    LANDMARKS = "landmarks"
    EVIDENCE = "evidence"


class Overlay(QObject):
    """Draws the markings of one picture; `changed` says that it is to be painted anew.

    `region_chosen` carries the name of the region that stands out, None for none.
    """

    changed = Signal()
    region_chosen = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.editor = LandmarkEditor(self)
        self.editor.changed.connect(self.changed)
        self.region: str | None = None
        self._shown = {Layer.REGIONS, Layer.LANDMARKS}
        self._opacity = 1.0
        self._subject: object = None
        self._evidence: dict[str, QImage] = {}

    @property
    def markings(self) -> Markings:
        """What there is to draw."""
        return self.editor.markings

    def show_markings(self, markings: Markings, subject: object) -> None:
        """Draw these markings from now on; `subject` is the picture that they belong to."""
        anew = subject is not self._subject
        self._subject = subject
        self._evidence = {name: evidence_image(grid) for name, grid in markings.evidence.items()}
        self.editor.show(markings, anew)
        if anew or self.region not in markings.regions:
            self.choose_region(None)
        self.changed.emit()

    def offers(self, layer: Layer) -> bool:
        """Whether the picture's finding has such a layer."""
        there = {
            Layer.REGIONS: parts_of_picture(self.markings.regions),
            Layer.LANDMARKS: self.markings.landmarks,
            Layer.EVIDENCE: self.markings.evidence,
        }
        return bool(there[layer])

    def shows(self, layer: Layer) -> bool:
        """Whether a layer is shown where there is one."""
        return layer in self._shown

    def show_layer(self, layer: Layer, shown: bool) -> None:
        """Show or hide a layer."""
        self._shown = self._shown | {layer} if shown else self._shown - {layer}
        if layer is Layer.LANDMARKS and not shown:
            self.editor.drop()
        self.changed.emit()

    def set_opacity(self, opacity: float) -> None:
        """Let the evidence cover the picture more (1) or less (0)."""
        self._opacity = opacity
        self.changed.emit()

    def choose_region(self, name: str | None) -> None:
        """Let one region stand out, or none."""
        if name != self.region:
            self.region = name
            self.region_chosen.emit(name)
            self.changed.emit()

    @property
    def has_handles(self) -> bool:
        """Whether landmarks can be chosen."""
        return self.shows(Layer.LANDMARKS) and self.offers(Layer.LANDMARKS)

    @property
    def hint(self) -> str:
        """What is said of the landmark that is chosen, else of the one under the mouse; else ""."""
        name = self.editor.chosen or self.editor.hovered
        if name is None or not self.has_handles:
            return ""
        parts = [titled(landmark_words(name))]
        if self.editor.is_moved(name):
            parts.append("moved by hand")
        if name == self.editor.chosen and self.markings.size_px is not None and not self.editor.dragging:
            parts += [HOW_TO_CHOOSE, HOW_TO_MOVE] if self.editor.grouped else [HOW_TO_MOVE]
        return " \u00b7 ".join(parts)

    def paint(self, painter: QPainter, viewport: Viewport, room: QRectF, tokens: Tokens) -> None:
        """Draw what is shown, and what is said of a landmark, within `room` of the viewer."""
        hint = hint_box(painter, self.hint, room)
        self._paint_layers(painter, viewport, room, tokens, hint)
        if not hint.isEmpty():
            draw_hint(painter, self.hint, hint, tokens)

    def on_picture(self, image: QImage, tokens: Tokens) -> QImage:
        """Return a whole picture at its own size with what is shown over it."""
        if not any(self.shows(layer) and self.offers(layer) for layer in Layer):
            return image
        painted = image.convertToFormat(QImage.Format.Format_RGB32)
        scale = max(1.0, max(image.width(), image.height()) / EXPORTED_AS_PX)
        painter = QPainter(painted)
        painter.scale(scale, scale)
        room = QRectF(0, 0, image.width() / scale, image.height() / scale)
        self._paint_layers(painter, Viewport(1 / scale), room, tokens, QRectF())
        painter.end()
        return painted

    def _paint_layers(
        self, painter: QPainter, viewport: Viewport, room: QRectF, tokens: Tokens, hint: QRectF
    ) -> None:
        """Draw what is shown; names of regions keep out of `hint`."""

        def place(point: Point) -> QPointF:
            return QPointF(*viewport.of_pixel(point))

        regions, legend = self._regions(), QRectF()
        evidence = self._evidence_seen()
        if evidence:
            draw_evidence(painter, evidence, regions, place, self._opacity)
            legend = legend_box(painter, room, self.markings.model)
        outlined = parts_of_picture(regions) if self.shows(Layer.REGIONS) else self._standing_out(regions)
        if outlined:
            style = OutlineStyle(tokens.outline.ink, tokens.outline.ground, OUTLINE_PX)
            draw_regions(painter, outlined, place, style, self.region)
            handles = [place(point) for point in self.editor.landmarks.values()] if self.has_handles else []
            draw_labels(painter, outlined, place, room, style, handles, (hint, legend))
        if self.has_handles:
            self._paint_landmarks(painter, viewport, tokens)
        if not legend.isEmpty():
            draw_legend(painter, legend, tokens, self.markings.model)

    def _regions(self) -> Mapping[str, Corners]:
        """Return where the regions are, also while a landmark is moved."""
        editor = self.editor
        return (
            regions_at(editor.landmarks, self.markings.regions) if editor.under_way else self.markings.regions
        )

    def _standing_out(self, regions: Mapping[str, Corners]) -> Mapping[str, Corners]:
        return {name: corners for name, corners in regions.items() if name == self.region}

    def _evidence_seen(self) -> Mapping[str, QImage]:
        """Return the maps that are shown: none while a landmark is moved, because they are of before."""
        if not self.shows(Layer.EVIDENCE) or self.editor.under_way:
            return {}
        return {name: image for name, image in self._evidence.items() if self.region in (None, name)}

    def _paint_landmarks(self, painter: QPainter, viewport: Viewport, tokens: Tokens) -> None:
        editor = self.editor
        for level, corners in vertebrae_at(editor.landmarks).items():
            outline = [QPointF(*viewport.of_pixel(corner)) for corner in corners]
            draw_vertebra(painter, level, outline, tokens.landmark)
        for name, point in editor.landmarks.items():
            moved = editor.is_moved(name)
            draw_landmark(
                painter,
                QPointF(*viewport.of_pixel(point)),
                tokens.moved if moved else tokens.landmark,
                diamond=moved,
                stands_out=name in (editor.chosen, editor.hovered),
                held=name == editor.chosen and editor.under_way,
                small=editor.grouped,
            )
