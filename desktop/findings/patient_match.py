"""Whether the patient that was entered is the one that the picture names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from desktop.imaging.age import contradicting
from desktop.imaging.radiograph import Patient


def mismatches(given: Patient, stated: Patient) -> tuple[str, ...]:
    """Return which words were entered otherwise than the picture has them; unknown never differs."""
    differing = (
        ("name", _name_words(given.name), _name_words(stated.name)),
        ("ID", _folded(given.identifier), _folded(stated.identifier)),
        ("birth date", given.birth_date, stated.birth_date),
        ("sex", given.sex, stated.sex),
    )
    found = [word for word, ours, theirs in differing if ours and theirs and ours != theirs]
    if contradicting([years for years in (given.age_years, stated.age_years) if years is not None]):
        found.append("age")
    return tuple(found)


def mismatch_sentence(differing: Sequence[str]) -> str:
    """Return the notice for a patient who is not the picture's; "" where nothing differs."""
    if not differing:
        return ""
    listed = differing[0] if len(differing) == 1 else f"{', '.join(differing[:-1])} and {differing[-1]}"
    verb = "differs" if len(differing) == 1 else "differ"
    return f"The patient entered is not the picture's: {listed} {verb}. Check that it is the right picture."


def _folded(text: str | None) -> str:
    return re.sub(r"[\s\-_/.]", "", text or "").casefold()


def _name_words(name: str | None) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", (name or "").partition("=")[0].replace("_", " ").casefold()))
