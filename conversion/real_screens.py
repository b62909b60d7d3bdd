"""How the shipped dxa_bmd orders real DXA screens that it never learned from.

`python -m conversion.real_screens --out docs/results/real_screens.md` reads the folder dxa_spine of
TRABECULA_REAL_IMAGES (by default ../shared/data/real):
pictures with a class and no BMD, used for testing only.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from desktop.clinical.lumbar import GROUP

FAMILY = "dxa_bmd"
CLASSES = ("normal", "osteopenia", "osteoporosis")
RESAMPLES = 2000


@dataclass(frozen=True)
class Screens:
    """What the model said of each real picture: class, L1-L4 BMD in g/cm2, T-score, [picture]."""

    labels: NDArray[np.str_]
    bmd_g_cm2: NDArray[np.float64]
    t_score: NDArray[np.float64]
    outcomes: Sequence[str]
    model: str


@dataclass(frozen=True)
class Separation:
    """The AUC by which low BMD points at osteoporosis, with its 95 % bootstrap interval."""

    auc: float
    low: float
    high: float
    positives: int
    negatives: int


def main(arguments: list[str] | None = None) -> int:
    """Screen the real pictures and write the page."""
    parser = argparse.ArgumentParser(prog="python -m conversion.real_screens", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    folder = Path(os.environ.get("TRABECULA_REAL_IMAGES", "../shared/data/real")) / "dxa_spine"
    if not (folder / "index.csv").is_file():
        parser.error(f"no real pictures in {folder}: name their folder in TRABECULA_REAL_IMAGES")
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(page(screen(folder)), encoding="utf-8")
    return 0


def screen(folder: Path) -> Screens:
    """Return the answers for every picture of `folder`/index.csv, as `trabecula screen` gives them."""
    with (folder / "index.csv").open(newline="", encoding="utf-8") as file:
        labels = {row["file"]: row["label"] for row in csv.DictReader(file)}
    findings = _screened(folder)
    answers = [findings[name] for name in labels]
    model = answers[0]["model"]
    return Screens(
        labels=np.array(list(labels.values())),
        bmd_g_cm2=np.array([answer["bmd_g_cm2"][GROUP]["value"] for answer in answers]),
        t_score=np.array([answer["t_score"][GROUP]["value"] for answer in answers]),
        outcomes=[answer["outcome"] for answer in answers],
        model=f"{model['version']}, {model['sha256'][:12]}",
    )


def separation(screens: Screens, against: Sequence[str], seed: int = 1) -> Separation:
    """Return how well predicted BMD tells osteoporosis from the classes `against`."""
    chosen = np.isin(screens.labels, ["osteoporosis", *against])
    positive, score = screens.labels[chosen] == "osteoporosis", -screens.bmd_g_cm2[chosen]
    random = np.random.default_rng(seed)
    resampled = []
    while len(resampled) < RESAMPLES:
        drawn = random.integers(0, len(score), len(score))
        if 0 < positive[drawn].sum() < len(drawn):
            resampled.append(roc_auc_score(positive[drawn], score[drawn]))
    low, high = np.percentile(resampled, [2.5, 97.5])
    auc = float(roc_auc_score(positive, score))
    return Separation(auc, float(low), float(high), int(positive.sum()), int((~positive).sum()))


def page(screens: Screens) -> str:
    """Return the page in Markdown."""
    rows = {
        "normal": separation(screens, ["normal"]),
        "all others": separation(screens, ["normal", "osteopenia"]),
    }
    lines = [
        "# dxa_bmd on real DXA screens",
        "",
        "Made by `make study-real-screens` (`python -m conversion.real_screens`). They are Hologic",
        "screens with boxes and contour burned in, squashed square; each has a class and no BMD. Nothing",
        f"was fitted on them. Model: {screens.model}. n = {len(screens.labels)}.",
        "",
        "| osteoporosis against | AUC of predicted L1-L4 BMD | 95 % interval | positive / negative |",
        "| --- | --- | --- | --- |",
        *(
            f"| {name} | {each.auc:.3f} | {each.low:.3f} to {each.high:.3f} |"
            f" {each.positives} / {each.negatives} |"
            for name, each in rows.items()
        ),
        "",
        "| class of the picture | n | mean predicted T | SD | flagged | uncertain | not flagged |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        *(_class_row(screens, label) for label in CLASSES),
        "",
        "The floor for the first AUC is 0.78 and the aim 0.90. The means show the order of the classes and",
        "how far answers shrink towards the middle: such a T on a real screen is to be confirmed.",
        "docs/dxa_bmd.md says which choices were made with these pictures in sight: the AUC flatters.",
        "",
    ]
    return "\n".join(lines)


def _class_row(screens: Screens, label: str) -> str:
    chosen = screens.labels == label
    counts: Mapping[str, int] = {
        outcome: sum(o == outcome for o, c in zip(screens.outcomes, chosen, strict=True) if c)
        for outcome in ("flagged", "uncertain", "not_flagged")
    }
    t = screens.t_score[chosen]
    cells = (label, len(t), f"{t.mean():.2f}", f"{t.std(ddof=1):.2f}", *counts.values())
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def _screened(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the finding of each picture by file name; every one must have been screened."""
    command = [sys.executable, "-m", "desktop", "screen", str(folder), "--view", "dxa_spine", "--json"]
    results = json.loads(subprocess.run(command, check=False, stdout=subprocess.PIPE).stdout)
    pictures = [result for result in results if Path(result["file"]).suffix == ".png"]
    left = [f"{result['file']}: {result['reason']}" for result in pictures if result["status"] != "screened"]
    if left:
        raise RuntimeError(f"{len(left)} real pictures were not screened, first {left[0]}")
    return {
        Path(result["file"]).name: next(
            finding for finding in result["findings"] if finding["model"]["family"] == FAMILY
        )
        for result in pictures
    }


if __name__ == "__main__":
    sys.exit(main())
