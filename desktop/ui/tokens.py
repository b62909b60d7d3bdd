"""Design tokens: every colour, distance and text size of the window, once for light and once for dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.findings.result import Outcome

SPACE_PX = 8
RADIUS_PX = 8
ICON_PX = 20
STUDIES_WIDTH_PX = 236
RESULT_WIDTH_PX = 420
WINDOW_SIZE_PX = (1280, 800)
STUDIES_FROM_PX = 900
"""Below this width a window starts without its list of studies."""

SMALL_TEXT = 0.88
TITLE_TEXT = 1.3
HEADLINE_TEXT = 1.9
"""Text sizes as multiples of the system's own."""


@dataclass(frozen=True)
class Tone:
    """A colour for words and shapes, and the quiet ground that it stands on."""

    ink: str
    ground: str


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as #RRGGBB."""

    dark: bool
    window: str
    surface: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    flagged: Tone
    uncertain: Tone
    not_flagged: Tone
    error: Tone
    notice: Tone
    mark: Tone
    viewer: Tone
    outline: Tone
    landmark: Tone
    moved: Tone

    def of_outcome(self, outcome: Outcome) -> Tone:
        """Return the tone of an outcome; vermilion, amber and blue, apart for colour-blind eyes too."""
        tones = {"flagged": self.flagged, "uncertain": self.uncertain, "not_flagged": self.not_flagged}
        return tones[outcome.value]


LIGHT = Tokens(
    dark=False,
    window="#F3F6F8",
    surface="#FFFFFF",
    border="#D3DBE2",
    text="#16202A",
    muted="#51606E",
    accent="#0A6A72",
    on_accent="#FFFFFF",
    accent_soft="#DDEFF0",
    flagged=Tone("#9C2F1B", "#FBE8E3"),
    uncertain=Tone("#704B00", "#FCF0D6"),
    not_flagged=Tone("#1B548A", "#E2EEF9"),
    error=Tone("#8F1D2C", "#FBE3E6"),
    notice=Tone("#704B00", "#FCF0D6"),
    mark=Tone("#2A2000", "#FFD35C"),
    viewer=Tone("#DFE7EE", "#0B0F13"),
    outline=Tone("#7FDCEC", "#06141A"),
    landmark=Tone("#FFD35C", "#1A1400"),
    moved=Tone("#FF9E6B", "#1C0C04"),
)

DARK = Tokens(
    dark=True,
    window="#11171D",
    surface="#1A222B",
    border="#34414E",
    text="#E9EEF3",
    muted="#A5B2BF",
    accent="#58C7CD",
    on_accent="#04282B",
    accent_soft="#173539",
    flagged=Tone("#FFA189", "#3B1F18"),
    uncertain=Tone("#F3C667", "#372A10"),
    not_flagged=Tone("#93C6F6", "#162A3E"),
    error=Tone("#FFA3AC", "#401C22"),
    notice=Tone("#F3C667", "#372A10"),
    mark=Tone("#241B00", "#F0C544"),
    viewer=Tone("#DFE7EE", "#07090C"),
    outline=Tone("#7FDCEC", "#06141A"),
    landmark=Tone("#FFD35C", "#1A1400"),
    moved=Tone("#FF9E6B", "#1C0C04"),
)


def readable_pairs(tokens: Tokens) -> dict[str, tuple[str, str]]:
    """Return every (words, ground) pair that the window shows, by a name for the test's message."""
    tones = {
        name: getattr(tokens, name)
        for name in ("flagged", "uncertain", "not_flagged", "error", "notice", "mark", "viewer")
        + ("outline", "landmark", "moved")  # over pictures: a line and the rim that parts it from them
    }
    pairs = {name: (tone.ink, tone.ground) for name, tone in tones.items()}
    for ground in ("window", "surface"):
        for ink in ("text", "muted", "accent"):
            pairs[f"{ink} on {ground}"] = (getattr(tokens, ink), getattr(tokens, ground))
    pairs["on_accent"] = (tokens.on_accent, tokens.accent)
    pairs["text on accent_soft"] = (tokens.text, tokens.accent_soft)
    pairs["muted on accent_soft"] = (tokens.muted, tokens.accent_soft)
    return pairs


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two #RRGGBB colours, 1 to 21, by WCAG 2.2."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    levels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (_linear(level) for level in levels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(level: float) -> float:
    return level / 12.92 if level <= 0.04045 else float(((level + 0.055) / 1.055) ** 2.4)
