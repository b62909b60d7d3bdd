"""The small style sheet on top of Fusion; widgets ask for a look by the property `look`."""

from __future__ import annotations

from string import Template

from desktop.ui.tokens import RADIUS_PX, SPACE_PX, Tokens

_SHEET = Template("""
QMainWindow, QDialog { background: $window; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QMenuBar { background: $window; padding: 2px 4px; }
QMenuBar::item { padding: 4px 9px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected, QMenuBar::item:pressed { background: $accent_soft; color: $text; }
QMenu { background: $surface; border: 1px solid $border; padding: 5px; }
QMenu::item { padding: 6px 26px 6px 12px; border-radius: 5px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: 5px 8px; }
QToolTip { background: $surface; color: $text; border: 1px solid $border; padding: 5px 7px; }
QSplitter::handle { background: $window; }
QSplitter::handle:hover { background: $accent_soft; }

QPushButton {
    background: $surface; color: $text; border: 1px solid $border; border-radius: 6px;
    padding: 6px 13px; min-height: 18px;
}
QPushButton:hover { background: $accent_soft; }
QPushButton:focus { border: 2px solid $accent; padding: 5px 12px; }
QPushButton:disabled { color: $muted; background: $window; }
QPushButton[look="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[look="primary"]:disabled { background: $border; color: $muted; border-color: $border; }
QPushButton[look="primary"]:focus { border: 2px solid $text; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px; padding: 5px; }
QToolButton:hover { background: $accent_soft; }
QToolButton:focus { border: 1px solid $accent; }
QToolButton:checked { background: $accent_soft; border: 1px solid $accent; }
QToolButton[look="command"] { padding: 5px 10px 5px 8px; }
QToolButton[look="viewer"] { color: $viewer_ink; }
QToolButton[look="viewer"]:hover, QToolButton[look="viewer"]:checked { background: #2A3540; }

QFrame[look="card"] { background: $surface; border: 1px solid $border; border-radius: ${radius}px; }
QFrame[look="bar"] { background: $surface; border: none; border-bottom: 1px solid $border; }
QFrame[look="viewer-bar"] { background: #161D24; border: none; border-radius: ${radius}px; }
QFrame[look="notice"] { background: $notice_ground; border: none; border-radius: 6px; }
QFrame[look="error"] { background: $error_ground; border: none; border-radius: 6px; }
QFrame[look="mark"] { background: $mark_ground; border: none; }
QFrame[look="rule"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QFrame[look="notice"] QLabel { color: $notice_ink; }
QFrame[look="error"] QLabel { color: $error_ink; }
QFrame[look="mark"] QLabel { color: $mark_ink; font-weight: 600; }
QFrame[look="viewer-bar"] QLabel { color: $viewer_ink; }
QLabel[look="muted"] { color: $muted; }
QLabel[look="strong"] { font-weight: 600; }
QLabel[look="section"] { color: $muted; font-weight: 600; }

QListView { background: $window; border: none; outline: none; }
QScrollArea { background: $window; border: none; }
QScrollArea > QWidget > QWidget[look="page"] { background: $window; }
QScrollBar:vertical { background: transparent; width: 11px; margin: 2px; }
QScrollBar::handle:vertical { background: $border; border-radius: 3px; min-height: 30px; }
QScrollBar::handle:vertical:hover { background: $muted; }
QScrollBar:horizontal { background: transparent; height: 11px; margin: 2px; }
QScrollBar::handle:horizontal { background: $border; border-radius: 3px; min-width: 30px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QLineEdit, QPlainTextEdit {
    background: $surface; color: $text; border: 1px solid $border; border-radius: 6px;
    padding: 5px 8px; min-height: 18px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QPlainTextEdit:focus { border: 2px solid $accent; padding: 4px 7px; }
QCheckBox::indicator {
    width: 9px; height: 9px; padding: 2px; border: 1px solid $muted; border-radius: 3px; background: $surface;
}
QCheckBox::indicator:checked { background: $accent; background-clip: content; border-color: $accent; }
QCheckBox::indicator:focus { border-color: $text; }
QLabel[look="wrong"] { color: $error_ink; }
QProgressBar { background: $border; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QStatusBar { background: $window; color: $muted; }
QStatusBar::item { border: none; }
""")


def stylesheet(tokens: Tokens) -> str:
    """Return the style sheet of one theme."""
    tones = {
        f"{name}_{part}": getattr(getattr(tokens, name), part)
        for name in ("notice", "error", "mark", "viewer")
        for part in ("ink", "ground")
    }
    plain = {
        name: getattr(tokens, name)
        for name in ("window", "surface", "border", "text", "muted", "accent", "on_accent", "accent_soft")
    }
    return _SHEET.substitute(plain | tones, radius=RADIUS_PX, space=SPACE_PX)
