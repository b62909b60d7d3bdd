"""What a page in Markdown may hold: words, lists, headings, and links that lead nowhere by themselves."""

from __future__ import annotations

import re

from desktop.errors import SettingsError
from desktop.pages.names import PAGE_FILES

MOST_LINES = 2_000
MOST_LINE_CHARACTERS = 2_000
LINK_SCHEMES = ("https://", "http://", "mailto:", "tel:")

_NESTED = re.compile(r"^(\s*([-*+>]|\d+[.)])\s*){7}")
_HTML = re.compile(r"<(?!(?:https?://|mailto:|tel:))[A-Za-z/!?]")
_RULE = re.compile(r"[-*_\s]*")
_IMAGE = re.compile(r"!\[")
_LINK = re.compile(r"\]\(\s*<?([^)>\s]*)")
_DEFINITION = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?([^>\s]*)")


def check_markdown(text: str) -> None:
    """Raise SettingsError, with the line and what to do, where `text` is no page of words."""
    lines = text.splitlines()
    if not text.strip():
        raise SettingsError("it is empty: write something into it")
    if len(lines) > MOST_LINES:
        raise SettingsError(f"it has more than {MOST_LINES} lines: shorten it")
    for number, line in enumerate(lines, start=1):
        fault = _fault(line)
        if fault:
            raise SettingsError(f"line {number} {fault}")


def may_be_linked(target: str) -> bool:
    """Return whether a link may lead to `target`: an address to copy, or another page."""
    return target.lower().startswith(LINK_SCHEMES) or target in PAGE_FILES.values()


def _fault(line: str) -> str | None:
    if len(line) > MOST_LINE_CHARACTERS:
        return f"is longer than {MOST_LINE_CHARACTERS} characters: break it"
    if _NESTED.search(line) and not _RULE.fullmatch(line):
        return "has a list in a list in a list: use fewer"
    if _IMAGE.search(line):
        return "has a picture, which pages cannot show: remove it"
    if _HTML.search(line):
        return "has HTML: write it as Markdown, and a plain < as \\<"
    for target in (*_LINK.findall(line), *_DEFINITION.findall(line)):
        if not may_be_linked(target):
            return f"has a link to '{target[:80]}': link to web, mail or telephone addresses or other pages"
    return None
