"""How the shipped gate names real pictures that it never learned from, upright in polarity and as negatives.

`python -m conversion.real_views --out docs/results/view_gate.md` reads the folders views, chest and dxa_spine
of TRABECULA_REAL_IMAGES (by default ../shared/data/real), used for testing only.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from conversion.made_views import kinds_table, look_at_kinds, shares_of
from desktop.imaging.polarity import turned
from desktop.imaging.radiograph import View
from desktop.imaging.readers import read_radiograph
from desktop.models import Bundle, load_installed
from desktop.models.view_manifest import ViewManifest
from training.real_pictures import listed_folder
from training.realism.pictures import real_pictures

RESAMPLES = 2000
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Seen:
    """What the gate saw in the pictures of one true view, and in their negatives.

    shares: calibrated probabilities, [picture, view and negative]; negatives: the same of the negatives.
    """

    files: Sequence[str]
    shares: Shares
    negatives: Shares


def main(arguments: list[str] | None = None) -> int:
    """Look at the real pictures and write the page."""
    parser = argparse.ArgumentParser(prog="python -m conversion.real_views", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    listed_folder("views", parser)
    gate = load_installed(threads=1).view_gate
    if gate is None:
        parser.error("no gate is installed: make assets/models/view_gate first")
    seen = {view: look(gate, real_pictures(view.value)) for view in View}
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    text = page(gate, seen, kinds_table(gate.manifest, look_at_kinds(gate)))
    chosen.out.write_text(text, encoding="utf-8")
    return 0


def look(gate: Bundle[ViewManifest], files: Sequence[Path]) -> Seen:
    """Return what the gate sees in files and in their negatives."""
    radiographs = [read_radiograph(path) for path in files]
    return Seen(
        files=[path.name for path in files],
        shares=np.array([shares_of(gate, each) for each in radiographs]),
        negatives=np.array([shares_of(gate, turned(each)) for each in radiographs]),
    )


def balanced(rights: Sequence[NDArray[np.bool_]]) -> tuple[float, float, float]:
    """Return the mean over views of the share named rightly, and its 95 % bootstrap interval."""
    random = np.random.default_rng(1)
    drawn = [random.choice(each, (RESAMPLES, len(each))).mean(axis=1) for each in rights]
    low, high = np.percentile(np.mean(drawn, axis=0), [2.5, 97.5])
    return float(np.mean([each.mean() for each in rights])), float(low), float(high)


def wilson(right: int, count: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share, which is honest for few pictures and near 0 and 1."""
    z2 = 1.96**2
    middle = (right + z2 / 2) / (count + z2)
    half = 1.96 * np.sqrt(right * (count - right) / count + z2 / 4) / (count + z2)
    return float(max(middle - half, 0.0)), float(min(middle + half, 1.0))


def page(gate: Bundle[ViewManifest], seen: Mapping[View, Seen], phantoms: Sequence[str]) -> str:
    """Return the page in Markdown; `phantoms` are the lines of the table of phantoms."""
    views = gate.manifest.views
    right = [each.shares[:, :-1].argmax(axis=1) == views.index(view) for view, each in seen.items()]
    upside = [each.negatives[:, :-1].argmax(axis=1) == views.index(view) for view, each in seen.items()]
    known = [each for view, each in seen.items() if view is not View.OTHER]
    polarity = [each.shares[:, -1] < 0.5 for each in known]
    negative = [each.negatives[:, -1] >= 0.5 for each in known]
    lines = [
        "# The gate on real pictures",
        "",
        "Made by `make study-view-gate` (`python -m conversion.real_views`): the shipped view_gate, which",
        "learned from phantoms alone, on the pictures of data/real (dxa_spine, chest, views; AP spines,",
        "knees and chests from the side are `other`).",
        f"Model: {gate.identity.version}, {gate.identity.sha256[:12]}, "
        f"{sum(map(len, gate.contents.values())) / 1000:.0f} kB. Nothing was fitted on them.",
        "",
        "| measure | value | 95 % interval |",
        "| --- | --- | --- |",
        _measure("balanced accuracy of the view (floor 90 %, aim 98 %)", right),
        _measure("the same of their negatives", upside),
        _measure("polarity seen, as they are", polarity),
        _measure("polarity seen, of their negatives", negative),
        "",
        "| true view | n | " + " | ".join(views) + " | accuracy (floor 85 %) | 95 % interval |",
        "| --- |" + " --- |" * (len(views) + 3),
        *(_row(view, each, views) for view, each in seen.items()),
        "",
        *_decisions(gate.manifest, seen),
        "",
        *_wrong(seen, views),
        "",
        *phantoms,
    ]
    return "\n".join([*lines, ""])


def _measure(name: str, rights: Sequence[NDArray[np.bool_]]) -> str:
    value, low, high = balanced(rights)
    return f"| {name} | {value:.1%} | {low:.1%} to {high:.1%} |"


def _row(view: View, seen: Seen, views: Sequence[View]) -> str:
    named = seen.shares[:, :-1].argmax(axis=1)
    counts = [int((named == k).sum()) for k in range(len(views))]
    right = counts[views.index(view)]
    low, high = wilson(right, len(named))
    cells = (view, len(named), *counts, f"{right / len(named):.1%}", f"{low:.1%} to {high:.1%}")
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _decisions(manifest: ViewManifest, seen: Mapping[View, Seen]) -> list[str]:
    """Return what becomes of the pictures at the shipped thresholds."""
    limits = manifest.thresholds
    lines = [
        "What becomes of them, where nobody stated the view, and where the true view was stated:",
        "",
        "| true view | named without asking | named wrongly | true view refused | turned round wrongly |",
        "| --- | --- | --- | --- | --- |",
    ]
    for view, each in seen.items():
        views, inverted = each.shares[:, :-1], each.shares[:, -1]
        best, top = views.argmax(axis=1), views.max(axis=1)
        wrong = best != manifest.views.index(view)
        named = top >= limits.named_from
        refused = wrong & (top >= limits.contradicted_from)
        judged = best != manifest.views.index(View.OTHER)
        counts = (named.sum(), (named & wrong).sum(), refused.sum())
        turned_round = int((judged & (inverted >= limits.inverted_from)).sum())
        lines.append(f"| {view} | {' | '.join(str(int(count)) for count in counts)} | {turned_round} |")
    return lines


def _wrong(seen: Mapping[View, Seen], views: Sequence[View]) -> list[str]:
    lines = []
    for view, each in seen.items():
        for name, shares in zip(each.files, each.shares[:, :-1], strict=True):
            if views[int(shares.argmax())] is not view:
                lines.append(f"- {name}: {views[int(shares.argmax())]} at {shares.max():.0%}")
    return ["Named wrongly:", "", *lines] if lines else ["None was named wrongly."]


if __name__ == "__main__":
    sys.exit(main())
