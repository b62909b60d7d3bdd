"""The settings that a user chooses by hand: so far, whose bones a result is compared with."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QDialog, QDialogButtonBox, QFormLayout, QVBoxLayout, QWidget

from desktop.clinical.reference import ReferenceTable
from desktop.ui.labels import look, muted


class SettingsDialog(QDialog):
    """Offers the reference tables of this installation; `table_name` is the one chosen."""

    def __init__(
        self, tables: Sequence[ReferenceTable], used: ReferenceTable, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Settings")
        self.setMinimumWidth(440)
        self._tables = sorted(tables, key=lambda table: table.name)
        self.choice = QComboBox()
        self.choice.setAccessibleName("Reference table")
        self.choice.addItems([table.name for table in self._tables])
        self.source = muted("", small=True)
        self.choice.currentIndexChanged.connect(self._show_source)
        self.choice.setCurrentText(used.name)
        self._show_source()
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        look(buttons.button(QDialogButtonBox.StandardButton.Save), "primary")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        layout.addWidget(
            muted("T\u2011 and Z\u2011scores compare a picture's BMD with the people of this table.")
        )
        form = QFormLayout()
        form.addRow("Reference &table:", self.choice)
        form.addRow("", self.source)
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addWidget(buttons)

    @property
    def table_name(self) -> str:
        """The name of the chosen table."""
        return self.choice.currentText()

    def _show_source(self) -> None:
        self.source.setText(self._tables[self.choice.currentIndex()].source)
