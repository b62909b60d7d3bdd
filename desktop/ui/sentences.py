"""The words of the window that are not about a result; those about results are in desktop.findings.marks."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.imaging.radiograph import View

VIEW_NAMES: Mapping[View, str] = {
    View.DXA_SPINE: "Spine DXA",
    View.LUMBAR_LATERAL: "Lateral lumbar X-ray",
    View.CHEST_FRONTAL: "Chest X-ray",
    View.OTHER: "Something else",
}
VIEW_HINTS: Mapping[View, str] = {
    View.DXA_SPINE: "The densitometer's picture of L1 to L4, from the front",
    View.LUMBAR_LATERAL: "The lumbar spine from the side",
    View.CHEST_FRONTAL: "The chest from the front or back",
    View.OTHER: "Another body part or projection; it will not be judged",
}


def waiting_sentence(count: int) -> str:
    """Return how many pictures wait for their view."""
    return f"{count} picture waits for its view" if count == 1 else f"{count} pictures wait for their view"
