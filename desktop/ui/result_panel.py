"""The right side of the window: the patient, the question about the view, and the result."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from desktop.clinical.reference import ReferenceTable
from desktop.ui.case import Case
from desktop.ui.labels import muted
from desktop.ui.patient_card import PatientCard
from desktop.ui.theme import Theme
from desktop.ui.view_question import ViewQuestion


class ResultPanel(QScrollArea):
    """Shows a case; `view_named` carries the View that the user confirmed, and whether for all that wait."""

    view_named = Signal(object, bool)

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
        self._shown, self._others = case, others_waiting
        self.patient.show_case(case)
        self.question.setVisible(asks)
        self.working.setVisible(not asks and case.result is None)
        self._replace_result(self._page_of(case))

    def _page_of(self, case: Case) -> QWidget | None:
        if case.result is None:
            return None
        from desktop.ui.result_page import (
            result_page,
        )  # brings the curve, which the first paint does not need

        return result_page(case, self._table(), self._theme, self._commands["view"])

    def _replace_result(self, page: QWidget | None) -> None:
        if self._result is not None:
            self._layout.removeWidget(self._result)
            self._result.hide()
            self._result.deleteLater()
        self._result = page
        if page is not None:
            self._layout.insertWidget(3, page)
            self.verticalScrollBar().setValue(0)

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
