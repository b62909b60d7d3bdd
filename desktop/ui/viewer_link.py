"""Keeps the viewer in step with the case on screen, and takes what is moved in it back to the case."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop.ui.case import Case
from desktop.ui.markings import markings_of
from desktop.ui.message_bar import MessageBar
from desktop.ui.overlay import Layer
from desktop.ui.result_panel import ResultPanel
from desktop.ui.screening import Screening
from desktop.ui.viewer import Viewer

FILE_GONE = "The picture's file is no longer where it was; the smaller copy kept with the study is shown."
FILE_REPLACED = (
    "The picture's file is no longer the one that was judged: open it anew to screen what it shows now; "
    "the smaller copy kept with the study is shown."
)


class ViewerLink(QObject):
    """Shows each case in the viewer, and lets regions stand out there and in the result alike."""

    def __init__(
        self, viewer: Viewer, screening: Screening, result: ResultPanel, messages: MessageBar
    ) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._messages = messages
        self._pictured: object = None
        viewer.overlay.editor.moved.connect(screening.move_landmarks)
        self._case: Case | None = None
        self._family: str | None = None
        self._member = ""
        result.region_chosen.connect(viewer.overlay.choose_region)
        result.model_chosen.connect(self._show_evidence_of)

    def show_case(self, case: Case | None) -> None:
        """Show the picture of a case, where it is another one, and what lies over it."""
        shown = None if case is None else case.pictured
        if shown is not self._pictured:
            self._pictured = shown
            self._messages.turn_over()
            self._show_picture(case)
        self._case = case
        self._viewer.overlay.show_markings(markings_of(case, self._family, self._member), shown)

    def _show_evidence_of(self, family: str, member: str) -> None:
        self._family, self._member = family, member
        self._viewer.overlay.show_layer(Layer.EVIDENCE, True)
        self.show_case(self._case)

    def _show_picture(self, case: Case | None) -> None:
        if case is None:
            self._viewer.clear()
        elif case.radiograph is not None:
            self._viewer.show_radiograph(case.radiograph, case.image)
        elif case.study is not None:
            self._viewer.show_png(case.study.picture_png, case.study.size_px)
            self._messages.say(FILE_REPLACED if case.file_replaced else FILE_GONE, "notice", passing=True)
