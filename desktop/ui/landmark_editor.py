"""Choosing landmarks and moving them, with the mouse and with keys."""

from __future__ import annotations

from collections.abc import Mapping
from math import hypot

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.findings.anatomy_words import landmark_group
from desktop.findings.result import Point
from desktop.ui.markings import Markings
from desktop.ui.viewport import Place, Viewport

REACH_PX = 12.0
"""How far from a landmark the mouse still takes hold of it: a target of 24 px, as WCAG 2.2 asks."""
STILL_PX = 2.0
"""A mouse that was moved less has chosen a landmark, not moved it."""
KEYS_REST_MS = 400
"""After so long without a key the move by keys has ended."""


class LandmarkEditor(QObject):
    """Holds which landmark is chosen and where those lie that are being moved.

    `changed` says that something is to be painted anew; `moved` carries every landmark that the user put
    elsewhere, by name, once a move has ended.
    """

    changed = Signal()
    moved = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.markings = Markings()
        self.chosen: str | None = None
        self.hovered: str | None = None
        self._under_way: dict[str, Point] = {}
        self._pressed: Place | None = None
        self._drag_from: Point | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(KEYS_REST_MS)
        self._rest.timeout.connect(self.finish)

    @property
    def landmarks(self) -> Mapping[str, Point]:
        """Where the landmarks are now, also while one is moved."""
        return {**self.markings.landmarks, **self._under_way}

    @property
    def chosen_at(self) -> Point | None:
        """Where the chosen landmark is, None where none is chosen."""
        return None if self.chosen is None else self.landmarks[self.chosen]

    @property
    def under_way(self) -> bool:
        """Whether a landmark has been moved and the move has not ended."""
        return bool(self._under_way)

    @property
    def dragging(self) -> bool:
        """Whether the mouse has hold of the chosen landmark."""
        return self._drag_from is not None

    def show(self, markings: Markings, anew: bool) -> None:
        """Take over the markings of a case; with `anew`, of another picture."""
        self.markings = markings
        if anew or self.chosen not in markings.landmarks:
            self._let_go()
            self.chosen = None
        if anew or self.hovered not in markings.landmarks:
            self.hovered = None

    def drop(self) -> None:
        """Choose no landmark; a move under way ends."""
        self.finish()
        self.chosen = self.hovered = None

    def is_moved(self, name: str) -> bool:
        """Whether the user put a landmark elsewhere."""
        return name in self._under_way or name in self.markings.moved

    def at(self, place: Place, viewport: Viewport) -> str | None:
        """Return the nearest landmark within reach of a place of the viewer."""
        apart = {
            name: hypot(x - place[0], y - place[1])
            for name, (x, y) in ((name, viewport.of_pixel(at)) for name, at in self.landmarks.items())
        }
        nearest = min(apart, key=lambda name: apart[name], default=None)
        return nearest if nearest is not None and apart[nearest] <= REACH_PX else None

    def hover(self, place: Place | None, viewport: Viewport) -> None:
        """Take note of the landmark under the mouse, which is at no place once it has left."""
        found = None if place is None else self.at(place, viewport)
        if found != self.hovered:
            self.hovered = found
            self.changed.emit()

    def press(self, place: Place, viewport: Viewport) -> bool:
        """Choose the landmark at a place and take hold of it; False where there is none."""
        self.finish()
        self.chosen = self.at(place, viewport)
        self.changed.emit()
        if self.chosen is None:
            return False
        if self.markings.size_px is not None:
            self._pressed, self._drag_from = place, self.landmarks[self.chosen]
        return True

    def drag(self, place: Place, viewport: Viewport) -> None:
        """Move the landmark that is held, by as much as the mouse was moved since."""
        if self.chosen is None or self._pressed is None or self._drag_from is None:
            return
        dx, dy = place[0] - self._pressed[0], place[1] - self._pressed[1]
        if self.under_way or hypot(dx, dy) >= STILL_PX:
            self._put(self.chosen, self._drag_from, dx / viewport.scale, dy / viewport.scale)

    def release(self) -> None:
        """Let go of the landmark; where it was moved, the move has ended."""
        self._pressed = self._drag_from = None
        self.finish()
        self.changed.emit()

    def step(self, dx_px: float, dy_px: float) -> None:
        """Move the chosen landmark by pixels of the picture; the move ends when no key follows."""
        if self.chosen is not None and self.markings.size_px is not None:
            self._put(self.chosen, self.landmarks[self.chosen], dx_px, dy_px)
            self._rest.start()

    def choose_next(self, step: int) -> bool:
        """Choose the next landmark (1) or the one before (-1); False, and none, past the last and first.

        Of the corners of one vertebra the first is chosen; `choose_beside` chooses the others.
        """
        self.finish()
        groups = self._groups()
        names = list(groups)
        before = names.index(landmark_group(self.chosen)) if self.chosen is not None else -1
        place = before + step
        self.chosen = groups[names[place]][0] if 0 <= place < len(names) else None
        self.changed.emit()
        return self.chosen is not None

    def choose_beside(self, step: int) -> bool:
        """Choose the next corner (1) of the same vertebra, or the one before (-1), round and round."""
        if self.chosen is None:
            return False
        self.finish()
        corners = self._groups()[landmark_group(self.chosen)]
        self.chosen = corners[(corners.index(self.chosen) + step) % len(corners)]
        self.changed.emit()
        return len(corners) > 1

    @property
    def grouped(self) -> bool:
        """Whether landmarks are corners of vertebrae."""
        return len(self._groups()) < len(self.markings.landmarks)

    def put_back(self) -> bool:
        """Undo the move under way, else the chosen landmark's move, else choose none; False if none was."""
        name = self.chosen
        if name is None:
            return False
        if name in self._under_way:
            self._let_go()
        elif name in self.markings.moved:
            self.moved.emit({each: at for each, at in self.markings.moved.items() if each != name})
        else:
            self.chosen = None
        self.changed.emit()
        return True

    def finish(self) -> None:
        """End a move: its landmarks are told."""
        ended = {**self.markings.moved, **self._under_way}
        if self._under_way:
            self._let_go()
            self.moved.emit(ended)

    def _groups(self) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = {}
        for name in self.markings.landmarks:
            groups.setdefault(landmark_group(name), []).append(name)
        return groups

    def _let_go(self) -> None:
        self._rest.stop()
        self._under_way = {}
        self._pressed = self._drag_from = None

    def _put(self, name: str, start: Point, dx_px: float, dy_px: float) -> None:
        assert self.markings.size_px is not None
        columns, rows = self.markings.size_px
        x = min(max(start[0] + dx_px, 0.0), columns - 1.0)
        y = min(max(start[1] + dy_px, 0.0), rows - 1.0)
        self._under_way[name] = (x, y)
        self.changed.emit()
