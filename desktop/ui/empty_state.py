"""What a new user sees before a picture is open: what to do, and that nothing leaves this computer."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop.ui.icons import icon_path, pixmap
from desktop.ui.labels import heading, muted
from desktop.ui.theme import Theme

LOGO_PX = 64
_STEPS = (
    ("1", "Open or drop a picture", "DICOM, PNG, JPEG, TIFF or BMP"),
    ("2", "Check patient and view", "Sex and age decide between T\u2011 and Z\u2011score"),
    ("3", "Read and print the result", "BMD of L1 to L4 with a range for every number"),
)


class EmptyState(QWidget):
    """Invites the user to open a picture."""

    def __init__(self, open_action: QAction, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._sign = QLabel()
        self._sign.setPixmap(_logo(self.devicePixelRatioF()))
        self.open_button = QPushButton("Open a picture…")
        self.open_button.setProperty("look", "primary")
        self.open_button.clicked.connect(open_action.trigger)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(40, 24, 40, 24)
        layout.setSpacing(10)
        layout.addStretch(2)
        for widget in (
            self._sign,
            heading("Screen a picture for osteoporosis"),
            muted("Drop a picture anywhere on this window, or open one."),
        ):
            _centered(layout, widget)
        layout.addSpacing(8)
        layout.addWidget(self.open_button, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addSpacing(22)
        layout.addLayout(_steps(theme))
        layout.addStretch(3)
        _centered(layout, muted("Pictures and results stay on this computer."))
        theme.changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(QColor(self._theme.tokens.surface))
        pen = QPen(QColor(self._theme.tokens.border), 1.5)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5), 12, 12)
        painter.end()


def _logo(pixel_ratio: float) -> QPixmap:
    logo = pixmap(icon_path("trabecula").read_text("utf-8"), "", round(LOGO_PX * pixel_ratio))
    logo.setDevicePixelRatio(pixel_ratio)
    return logo


def _centered(layout: QVBoxLayout, label: QLabel) -> None:
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    layout.addWidget(label)


def _steps(theme: Theme) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(18)
    row.addStretch(1)
    for number, title, hint in _STEPS:
        column = QVBoxLayout()
        column.setSpacing(3)
        strong = QLabel(f"{number}.  {title}")
        strong.setProperty("look", "strong")
        for label in (strong, muted(hint)):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
            column.addWidget(label)
        column.addStretch(1)
        row.addLayout(column, 4)
    row.addStretch(1)
    return row
