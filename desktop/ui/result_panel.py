"""The right side of the window: the patient, the question about the view, and the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsOpacityEffect,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop.clinical.reference import ReferenceTable
from desktop.ui.case import Case
from desktop.ui.labels import muted
from desktop.ui.patient_card import PatientCard
from desktop.ui.theme import Theme
from desktop.ui.view_question import ViewQuestion

FADED = 0.4
"""How opaque a result is that is being found anew."""


class ResultPanel(QScrollArea):
    """Shows a case; `view_named` carries the View that the user confirmed, and whether for all that wait.

    While a case is judged anew what was said before stays in sight, faded. `region_chosen` carries the name
    of the region that is pointed at, None for none; `model_chosen` the family, and the member of
    it or "", whose evidence is wanted.
    """

    view_named = Signal(object, bool)
    region_chosen = Signal(object)
    model_chosen = Signal(str, str)

    def __init__(
        self,
        table: Callable[[], ReferenceTable],
        commands: Mapping[str, QAction],
        theme: Theme,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._table = table
        self._theme = theme
        self._shown: Case | None = None
        self._others = 0
        self._commands = commands
        self._result: QWidget | None = None
        self.patient = PatientCard(commands["patient"])
        self.question = ViewQuestion()
        self.working = _working()
        self.question.answered.connect(self.view_named)
        page = QWidget()
        page.setProperty("look", "page")
        self._layout = QVBoxLayout(page)
        self._layout.setContentsMargins(4, 8, 10, 10)
        self._layout.setSpacing(10)
        for widget in (self.patient, self.question, self.working):
            self._layout.addWidget(widget)
        self._layout.addStretch(1)
        page.setMinimumHeight(1)  # else the area reserves the height that the words would take when narrow
        self._page = page
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("Result")
        theme.changed.connect(self._again)

    def show_case(self, case: Case, others_waiting: int) -> None:
        """Show a case: the question where its view is not known, else its result once there is one."""
        asks = case.known_view is None and case.result is None and not case.looked_at
        if asks and (self._shown is None or self._shown.radiograph is not case.radiograph):
            self.question.ask()
        self.question.offer_others(others_waiting)
        same_picture = self._shown is not None and self._shown.pictured is case.pictured
        self._shown, self._others = case, others_waiting
        self.patient.show_case(case)
        self.question.setVisible(asks)
        if case.result is None and case.before is not None and self._result is not None:
            self._fade(self._result)
            return
        self.working.setVisible(not asks and case.result is None)
        self._replace_result(self._page_of(case))
        if not same_picture:
            self.verticalScrollBar().setValue(0)

    def _page_of(self, case: Case) -> QWidget | None:
        if case.result is None:
            return None
        # these bring the curve, which the first paint does not need
        from desktop.ui.region_card import EvidenceButton, RegionShares
        from desktop.ui.result_page import result_page

        page = result_page(case, self._table(), self._theme, self._commands)
        for shares in page.findChildren(RegionShares):
            shares.pointed_at.connect(self.region_chosen)
        for button in page.findChildren(EvidenceButton):
            button.model_chosen.connect(self.model_chosen)
        return page

    def _fade(self, page: QWidget) -> None:
        """Let what was said before stand, so that nothing jumps, and look as it is: out of date."""
        effect = QGraphicsOpacityEffect(page)
        effect.setOpacity(FADED)
        page.setGraphicsEffect(effect)
        page.setEnabled(False)

    def _replace_result(self, page: QWidget | None) -> None:
        if self._result is not None:
            self._layout.removeWidget(self._result)
            self._result.hide()
            self._result.setParent(None)  # until it is deleted, nobody may find what was said before
            self._result.deleteLater()
            self.region_chosen.emit(None)
        self._result = page
        if page is not None:
            self._layout.insertWidget(3, page)
            page.show()  # now, and laid out now: both are otherwise done after it was painted squashed
            QCoreApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102, N802
        if watched is self._page and event.type() == QEvent.Type.LayoutRequest:
            self._fit_width()
        return super().eventFilter(watched, event)

    def _fit_width(self) -> None:
        needed_px = self._page.minimumSizeHint().width() + self.verticalScrollBar().sizeHint().width()
        self.setMinimumWidth(min(needed_px, self.screen().availableSize().width() // 2 + 16))

    def _again(self) -> None:
        if self._shown is not None:
            self.show_case(self._shown, self._others)


def _working() -> QFrame:
    frame = QFrame()
    frame.setProperty("look", "card")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(14, 12, 14, 14)
    layout.addWidget(muted("Judging the picture…"))
    bar = QProgressBar()
    bar.setRange(0, 0)
    bar.setTextVisible(False)
    bar.setAccessibleName("Judging the picture")
    layout.addWidget(bar)
    frame.hide()
    return frame
