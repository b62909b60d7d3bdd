"""The dialog for bugs: what to do, and a text to copy that names no patient."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget

from desktop.ui.crash_text import crash_text
from desktop.ui.labels import heading, plain


class CrashDialog(QDialog):
    """Says that the program made a mistake; the rest of it goes on."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("A mistake in the program")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(620, 420)
        self.text = QPlainTextEdit(crash_text(error))
        self.text.setReadOnly(True)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName("Report to copy")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = self.buttons.addButton("Copy report", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.text.toPlainText()))
        self.buttons.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(heading("The program made a mistake"))
        layout.addWidget(
            plain(
                "What was asked last was not done; kept studies are untouched. Send this report to those who "
                "look after Trabecula. It names places in the program and no patient."
            )
        )
        layout.addWidget(self.text, 1)
        layout.addWidget(self.buttons)
