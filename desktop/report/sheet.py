"""Words, lines and pictures on a page measured in millimetres, whatever the device's resolution."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QImage, QPainter, QPen, QTextOption

from desktop.errors import StorageError
from desktop.paths import assets_dir

WIDTH_MM = 210.0
LEFT, WIDTH = 15.0, 180.0
"""Of what is printed, in millimetres."""
INK, MUTED, LINE, ACCENT = "#16202A", "#51606E", "#C3CDD6", "#0A6A72"
LINE_SPACING = 1.32
_MM_PER_POINT = 25.4 / 72


@dataclass(frozen=True)
class Style:
    """How words look: size in points at A4, weight, and colour as #RRGGBB."""

    points: float
    bold: bool = False
    colour: str = INK

    @property
    def line_mm(self) -> float:
        """The height of one line."""
        return self.points * _MM_PER_POINT * LINE_SPACING


@cache
def font_family() -> str:
    """Return the shipped font's family, made known to Qt; needs a QGuiApplication."""
    families: list[str] = []
    for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"):
        path = assets_dir() / "fonts" / name
        number = QFontDatabase.addApplicationFont(str(path))
        if number < 0:
            raise StorageError(f"The font {path} cannot be read: reinstall Trabecula.")
        families += QFontDatabase.applicationFontFamilies(number)
    return families[0]


def printed(words: str, bold: bool = False) -> str:
    """Return `words` with code points, as in <U+738B 5C0F>, for letters that no installed font has.

    As empty boxes they would make two patients look alike.
    """
    runs = groupby(words, lambda letter: letter.isspace() or _has_glyph(letter, bold))
    return "".join("".join(letters) if known else _code_points(letters) for known, letters in runs)


def _code_points(letters: Iterable[str]) -> str:
    return f"\u27e8U+{' '.join(f'{ord(letter):04X}' for letter in letters)}\u27e9"


@cache
def _has_glyph(letter: str, bold: bool) -> bool:
    font = QFont(font_family())
    font.setBold(bold)
    return QFontMetricsF(font).inFontUcs4(ord(letter))  # which asks the fonts that Qt falls back on, too


class Sheet:
    """A painter whose lengths are millimetres of a page 210 mm wide; a wider or narrower page is scaled."""

    def __init__(self, painter: QPainter, rect: QRectF) -> None:
        self._painter, self._rect = painter, rect
        self.px_per_mm = rect.width() / WIDTH_MM
        self.height_mm = rect.height() / self.px_per_mm
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.LosslessImageRendering)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)

    def font(self, style: Style) -> QFont:
        """Return the shipped font in a style, unhinted so that every device breaks lines alike."""
        font = QFont(font_family())
        font.setPixelSize(max(1, round(style.points * _MM_PER_POINT * self.px_per_mm)))
        font.setBold(style.bold)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        font.setFeature(QFont.Tag("liga"), 0)  # else a search in the PDF misses "flagged"
        return font

    def area(self, x: float, y: float, width: float, height: float) -> QRectF:
        """Return a rectangle of millimetres in the painter's units."""
        scale = self.px_per_mm
        return QRectF(self._rect.x() + x * scale, self._rect.y() + y * scale, width * scale, height * scale)

    def line(self, words: str, x: float, y: float, width: float, style: Style, side: str = "left") -> None:
        """Write one line from its top, shortened with an ellipsis where it is too long."""
        font = self.font(style)
        area = self.area(x, y, width, style.line_mm)
        fitting = QFontMetricsF(font).elidedText(
            " ".join(printed(words, style.bold).split()), Qt.TextElideMode.ElideRight, area.width()
        )
        self._pen(font, style)
        self._painter.drawText(area, int(_ALIGN[side] | Qt.AlignmentFlag.AlignVCenter), fitting)

    def paragraph(self, words: str, x: float, y: float, width: float, style: Style) -> float:
        """Write wrapped words from their top and return their height; overlong words are parted."""
        area = self.area(x, y, width, self.height_mm)
        self._pen(self.font(style), style)
        self._painter.drawText(area, printed(words, style.bold), _WRAPPED)
        return self.paragraph_height(words, width, style)

    def paragraph_height(self, words: str, width: float, style: Style) -> float:
        """Return the height that `paragraph` takes, 0 without words."""
        if not words:
            return 0.0
        self._painter.setFont(self.font(style))
        area = self.area(0, 0, width, self.height_mm)
        bounds = self._painter.boundingRect(area, printed(words, style.bold), _WRAPPED)
        return bounds.height() / self.px_per_mm

    def fill(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self._painter.fillRect(self.area(x, y, width, height), QColor(colour))

    def rule(self, x: float, y: float, width: float, colour: str, thick: float = 0.2) -> None:
        """Draw a horizontal line."""
        pen = QPen(QColor(colour), thick * self.px_per_mm)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        self._painter.setPen(pen)
        line = self.area(x, y, width, 0)
        self._painter.drawLine(line.topLeft(), line.topRight())

    def picture(self, png: bytes, x: float, y: float, width: float, height: float) -> QRectF:
        """Draw a picture as large as fits, in the middle of the width; return where it lies, in mm."""
        image = QImage.fromData(png)
        scale = min(width / max(image.width(), 1), height / max(image.height(), 1))
        wide, high = image.width() * scale, image.height() * scale
        self._painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        lies = QRectF(x + (width - wide) / 2, y, wide, high)
        self._painter.drawImage(self.area(lies.x(), lies.y(), lies.width(), lies.height()), image)
        return lies

    def bullets(
        self, items: Sequence[str], x: float, y: float, width: float, style: Style, room: float
    ) -> float:
        """Write a list and return its height; what does not fit into `room` is counted in a last line."""
        top = y
        for position, item in enumerate(items):
            height = self.paragraph_height(item, width - 3, style)
            last = position == len(items) - 1
            if y + height + (0 if last else style.line_mm) > top + room:
                self.line(f"{len(items) - position} more, shown in the program.", x, y, width, style)
                return y + style.line_mm - top
            self.fill(x + 0.4, y + style.line_mm / 2 - 0.4, 0.8, 0.8, style.colour)
            self.paragraph(item, x + 3, y, width - 3, style)
            y += height + 0.5
        return y - top

    def bullets_height(self, items: Sequence[str], width: float, style: Style) -> float:
        """Return the height that `bullets` takes with room enough."""
        return sum(self.paragraph_height(item, width - 3, style) + 0.5 for item in items)

    def _pen(self, font: QFont, style: Style) -> None:
        self._painter.setFont(font)
        self._painter.setPen(QColor(style.colour))


_ABSOLUTE = Qt.AlignmentFlag.AlignAbsolute
_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft | _ABSOLUTE,
    "centre": Qt.AlignmentFlag.AlignHCenter | _ABSOLUTE,
    "right": Qt.AlignmentFlag.AlignRight | _ABSOLUTE,
}
_WRAPPED = QTextOption(_ALIGN["left"])
_WRAPPED.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
_WRAPPED.setTextDirection(Qt.LayoutDirection.LeftToRight)
