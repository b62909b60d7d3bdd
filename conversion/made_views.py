"""What the shipped gate makes of new phantoms that no model should judge, kind by kind."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from desktop.imaging.preprocess import square_tensor
from desktop.imaging.radiograph import Radiograph, View
from desktop.models import Bundle
from desktop.models.view_manifest import ViewManifest
from training.phantom.other.picture import KINDS

SHOWN = (
    "ap_spine",
    "abdomen",
    "lateral_chest",
    "pelvis",
    "hip_dxa",
    "forearm_dxa",
    "report_page",
    "screen_photograph",
)
"""Kinds nearest to what is judged."""
COUNT = 40
_SEED, _ROWS = 4243, 256
Shares = NDArray[np.float64]


def look_at_kinds(gate: Bundle[ViewManifest], count: int = COUNT) -> dict[str, Shares]:
    """Return what the gate sees in new pictures of each kind: [picture, view and negative]."""
    return {
        kind: np.array([shares_of(gate, _made(kind, number)) for number in range(count)]) for kind in SHOWN
    }


def kinds_table(manifest: ViewManifest, seen: Mapping[str, Shares]) -> list[str]:
    """Return the lines of a table: what becomes of them, unnamed and where they are said to be spine DXA."""
    limits, spine = manifest.thresholds, manifest.views.index(View.DXA_SPINE)
    lines = [
        "Phantoms of what no model judges, drawn anew; on the right, said to be spine DXA:",
        "",
        "| kind | n | named as a view that is judged | refused | judged with a warning | judged as it is |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for kind, shares in seen.items():
        best, top = shares[:, :-1].argmax(axis=1), shares[:, :-1].max(axis=1)
        named = (best != manifest.views.index(View.OTHER)) & (top >= limits.named_from)
        refused = (best != spine) & (top >= limits.contradicted_from)
        warned = ~refused & (shares[:, spine] < limits.doubted_below)
        counts = (len(shares), named.sum(), refused.sum(), warned.sum(), (~refused & ~warned).sum())
        lines.append(f"| {kind} | {' | '.join(str(int(count)) for count in counts)} |")
    return lines


def shares_of(gate: Bundle[ViewManifest], radiograph: Radiograph) -> NDArray[np.float64]:
    """Return what the gate sees in a picture: [view and negative]."""
    return gate.manifest.compared(gate.run(square_tensor(radiograph, gate.manifest.input.size_px)))


def _made(kind: str, number: int) -> Radiograph:
    grey = KINDS[kind][1](_ROWS, np.random.default_rng([_SEED, number]))
    pixels = np.rint(np.clip(grey, 0.0, 1.0) * 255).astype(np.float32)
    return Radiograph(Path(f"{kind}.png"), pixels, 255.0)
