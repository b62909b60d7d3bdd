"""How the shipped models of spine DXA order real screens that they never learned from.

`python -m conversion.real_screens --out docs/results/real_screens.md` reads the folder dxa_spine of
TRABECULA_REAL_IMAGES (by default ../shared/data/real):
pictures with a class and no BMD, used for testing only.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from conversion.real_chests import screened
from desktop.clinical.lumbar import GROUP
from desktop.models.ensemble_manifest import FAMILY as ENSEMBLE
from desktop.models.ensemble_manifest import MEMBERS
from training.markdown import table
from training.real_pictures import listed_folder
from training.resampling import interval, once_and_drawn, weighted_auc

BMD = "dxa_bmd"
CLASSES = ("normal", "osteopenia", "osteoporosis")
AGAINST = {"normal": ("normal",), "all others": ("normal", "osteopenia")}
OUTCOMES = ("flagged", "uncertain", "not_flagged")
Result = Mapping[str, Any]


@dataclass(frozen=True)
class Screens:
    """Real pictures' classes, [picture], and what `trabecula screen` says of each."""

    labels: NDArray[np.str_]
    results: Sequence[Result]

    def findings(self, family: str) -> list[Result]:
        """Return the findings of one model, [picture]."""
        return [
            next(found for found in result["findings"] if found["model"]["family"] == family)
            for result in self.results
        ]


def main(arguments: list[str] | None = None) -> int:
    """Screen the real pictures and write the page."""
    parser = argparse.ArgumentParser(prog="python -m conversion.real_screens", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    folder = listed_folder("dxa_spine", parser)
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(page(screen(folder)), encoding="utf-8")
    return 0


def screen(folder: Path) -> Screens:
    """Return the answers for every picture of `folder`/index.csv; every one must have been screened."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        labels = {row["file"]: row["label"] for row in csv.DictReader(file)}
    by_name = {Path(each["file"]).name: each for each in screened(folder, "--view", "dxa_spine")}
    results = [by_name[name] for name in labels]
    left = [f"{each['file']}: {each['reason']}" for each in results if each["status"] != "screened"]
    if left:
        raise RuntimeError(f"{len(left)} real pictures were not screened, first {left[0]}")
    return Screens(np.array(list(labels.values())), results)


def page(screens: Screens) -> str:
    """Return the page in Markdown."""
    lines = [
        "# The models of spine DXA on real screens",
        "",
        "Made by `make study-real-screens` (`python -m conversion.real_screens`) with the shipped graphs.",
        "They are Hologic screens with boxes and contour burned in, squashed square; each has a class and no",
        f"BMD. Nothing was fitted on them. n = {len(screens.labels)}; intervals are of 95 %, each picture",
        "taken for a person. `make study-ensemble` says what tuning on them would bring.",
        "",
        *_bmd_section(screens),
        *_ensemble_section(screens),
        *_both_section(screens),
    ]
    return "\n".join(lines)


def auc_cell(screens: Screens, score: NDArray[np.float64], against: Sequence[str]) -> str:
    """Return the AUC of a score, [picture], for osteoporosis among it and `against`, with its interval."""
    chosen = np.isin(screens.labels, ["osteoporosis", *against])
    weights = once_and_drawn([str(k) for k in range(int(chosen.sum()))])
    found = interval(weighted_auc(weights, screens.labels[chosen] == "osteoporosis", score[chosen]))
    return "-" if found is None else f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def _bmd_section(screens: Screens) -> list[str]:
    findings = screens.findings(BMD)
    bmd = np.array([found["bmd_g_cm2"][GROUP]["value"] for found in findings])
    t = np.array([found["t_score"][GROUP]["value"] for found in findings])
    rows = []
    for label in CLASSES:
        own = t[screens.labels == label]
        rows.append([label, len(own), f"{own.mean():.2f}", f"{own.std(ddof=1):.2f}"])
    return [
        f"## {BMD}: {_model(findings)}",
        "",
        table(["osteoporosis against", "AUC of predicted L1-L4 BMD"], _aucs(screens, {"": -bmd})),
        table(["class of the picture", "n", "mean predicted T", "SD"], rows),
        _outcome_table(screens, [found["outcome"] for found in findings]),
        "The floor for the first AUC is 0.78 and the aim 0.90. The means show the order of the classes and",
        "how far answers shrink towards the middle: such a T on a real screen is to be confirmed.",
        "docs/dxa_bmd.md says which choices were made with these pictures in sight: the AUC flatters.",
        "",
    ]


def _ensemble_section(screens: Screens) -> list[str]:
    findings = screens.findings(ENSEMBLE)
    scores = {"stack": _probabilities(findings)}
    for name in MEMBERS:
        own = [next(each for each in found["members"] if each["name"] == name) for found in findings]
        scores[name] = _probabilities(own)
    return [
        f"## {ENSEMBLE}: {_model(findings)}",
        "",
        table(["osteoporosis against", *(f"AUC of {name}" for name in scores)], _aucs(screens, scores)),
        _outcome_table(screens, [found["outcome"] for found in findings]),
        "The floor for the stack's first AUC is 0.80 and the aim 0.92. docs/stacked_ensemble.md says which",
        "choices were made with these pictures in sight: the AUC flatters.",
        "",
    ]


def _both_section(screens: Screens) -> list[str]:
    apart = sum(len({found["outcome"] for found in result["findings"]}) > 1 for result in screens.results)
    return [
        "## Both, side by side",
        "",
        f"Outcomes of the file. The two models' own outcomes differ on {apart} of {len(screens.labels)}.",
        "",
        _outcome_table(screens, [result["outcome"] for result in screens.results]),
    ]


def _aucs(screens: Screens, scores: Mapping[str, NDArray[np.float64]]) -> list[list[str]]:
    return [
        [name, *(auc_cell(screens, score, against) for score in scores.values())]
        for name, against in AGAINST.items()
    ]


def _outcome_table(screens: Screens, outcomes: Sequence[str]) -> str:
    told = np.array(outcomes)
    rows = [
        [label, *(int(((told == outcome) & (screens.labels == label)).sum()) for outcome in OUTCOMES)]
        for label in CLASSES
    ]
    return table(["class of the picture", *(outcome.replace("_", " ") for outcome in OUTCOMES)], rows)


def _probabilities(found: Sequence[Result]) -> NDArray[np.float64]:
    return np.array([each["osteoporosis_probability"] for each in found], float)


def _model(findings: Sequence[Result]) -> str:
    model = findings[0]["model"]
    return f"{model['version']}, {model['sha256'][:12]}"


if __name__ == "__main__":
    sys.exit(main())
