"""Each region's share of the answer as a bar, and what stands in a result whose landmarks were moved."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QEnterEvent, QFocusEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from desktop.findings.anatomy_words import region_words, titled
from desktop.findings.marks import EVIDENCE_MEANING, moved_sentence
from desktop.report.words import share_percent
from desktop.ui.bar_row import BarRow
from desktop.ui.labels import muted, plain
from desktop.ui.theme import Theme


class RegionShares(QWidget):
    """Rows of region, bar and share, largest first; `pointed_at` carries the one under mouse or focus."""

    pointed_at = Signal(object)

    def __init__(self, shares: Mapping[str, float], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        largest = max(shares.values())
        for name in sorted(shares, key=lambda name: -shares[name]):
            row = _Row(name, shares[name], shares[name] / largest if largest else 0.0, theme)
            row.pointed_at.connect(self.pointed_at)
            layout.addWidget(row)
        layout.addSpacing(4)
        layout.addWidget(muted(EVIDENCE_MEANING, small=True))


class _Row(BarRow):
    pointed_at = Signal(object)

    def __init__(self, name: str, share: float, length: float, theme: Theme) -> None:
        super().__init__(titled(region_words(name)), share_percent(share), length, "Cervical spine", theme)
        self._name = name
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(f"{self.accessibleName()} of the answer")
        self.setToolTip("Shown by itself in the picture")

    @property
    def stands_out(self) -> bool:
        """Whether the row is under the mouse or has the focus."""
        return self.underMouse() or self.hasFocus()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: D102, N802
        self.pointed_at.emit(self._name)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        self.pointed_at.emit(None)
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: D102, N802
        self.pointed_at.emit(self._name)
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102, N802
        self.pointed_at.emit(None)
        super().focusOutEvent(event)


class EvidenceButton(QPushButton):
    """Shows in the picture what a model, or one member of it, looked at.

    `model_chosen` carries the model's family and the member's name, "" for the whole.
    """

    model_chosen = Signal(str, str)

    def __init__(
        self, family: str, member: str = "", words: str = "Show its evidence in the picture"
    ) -> None:
        super().__init__(words)
        whose = f"{family}, {member}" if member else family
        self.setAccessibleName(f"Show the evidence of {whose} in the picture")
        self.clicked.connect(lambda: self.model_chosen.emit(family, member))


def moved_notice(names: tuple[str, ...], put_back: QAction) -> QFrame:
    """Return the notice that landmarks were moved, with the way to undo it."""
    frame = QFrame()
    frame.setProperty("look", "notice")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(12, 8, 10, 9)
    layout.setSpacing(6)
    layout.addWidget(plain(moved_sentence(names)))
    layout.addWidget(command_button(put_back), alignment=Qt.AlignmentFlag.AlignLeft)
    return frame


def command_button(command: QAction) -> QPushButton:
    """Return a button for a command, as it stands now."""
    button = QPushButton(command.text())
    button.setToolTip(command.toolTip())
    button.setEnabled(command.isEnabled())
    button.clicked.connect(command.trigger)
    return button
