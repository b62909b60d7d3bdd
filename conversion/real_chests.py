"""What the shipped program says of real chests, whose bone density nobody knows.

`python -m conversion.real_chests --out docs/results/chest_multi_roi_real.md` screens the folders chest and
views of TRABECULA_REAL_IMAGES (by default ../shared/data/real), which are used for testing only.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from desktop.clinical.lumbar import GROUP
from training.real_pictures import listed_folder, real_folder

FAMILY = "chest_multi_roi"
Result = Mapping[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Screen the real chests and write the page."""
    parser = argparse.ArgumentParser(prog="python -m conversion.real_chests", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    folder = listed_folder("views", parser)
    with (folder / "index.csv").open(newline="", encoding="utf-8") as stream:
        views = {row["file"]: row["view"] for row in csv.DictReader(stream)}
    chests = screened(real_folder("chest"), "--view", "chest_frontal")
    others = screened(folder)
    chosen.out.write_text("\n".join(page(chests, others, views)) + "\n", encoding="utf-8")
    return 0


def screened(folder: Path, *words: str) -> list[Result]:
    """Return what `trabecula screen` says of each picture of a folder."""
    command = [sys.executable, "-m", "desktop", "screen", str(folder), "--json", *words]
    ended = subprocess.run(command, check=False, stdout=subprocess.PIPE)
    return [each for each in json.loads(ended.stdout) if each["file"].endswith(".png")]


def page(chests: Sequence[Result], others: Sequence[Result], views: Mapping[str, str]) -> Iterator[str]:
    """Yield the page's lines."""
    findings = [found for each in chests for found in _of_family(each)]
    yield "# Real chests, screened\n"
    yield "No bone density is known of them: nothing here says that an answer is right."
    if findings:
        model = findings[0]["model"]
        yield f"Model {model['version']}, {model['sha256'][:12]}.\n"
        yield from _answers(chests, findings)
    yield "\n## Pictures of other views, as the gate names them\n"
    yield "| picture shows | n | judged as a chest | refused |"
    yield "| --- | ---: | ---: | ---: |"
    for view in sorted(set(views.values())):
        of_view = [each for each in others if views.get(Path(each["file"]).name) == view]
        judged = sum(
            any(found["model"]["family"] == FAMILY for found in each["findings"]) for each in of_view
        )
        refused = sum(each["status"] == "refused" for each in of_view)
        yield f"| {view} | {len(of_view)} | {judged} | {refused} |"


def _of_family(result: Result) -> list[Result]:
    return [found for found in result["findings"] if found["model"]["family"] == FAMILY]


def _answers(chests: Sequence[Result], findings: Sequence[Result]) -> Iterator[str]:
    bmd = np.array([found["bmd_g_cm2"][GROUP]["value"] for found in findings])
    low, middle, high = np.percentile(bmd, (5, 50, 95))
    outcomes = Counter(found["outcome"].replace("_", " ") for found in findings)
    yield f"Of {len(chests)} chests {len(findings)} are screened:"
    yield ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()) + "."
    yield f"L1-L4 {low:.2f} to {high:.2f} g/cm2 (5 to 95 %), median {middle:.2f}. The others are refused:\n"
    for reason, count in Counter(each["reason"] for each in chests if each["reason"]).most_common():
        yield f"- {count}: {reason}"
    yield "\n| region | mean share of the answer |"
    yield "| --- | ---: |"
    shares = [found["evidence_shares"] for found in findings if found["evidence_shares"]]
    for region in shares[0]:
        yield f"| {region.replace('_', ' ')} | {100 * np.mean([each[region] for each in shares]):.0f} % |"


if __name__ == "__main__":
    sys.exit(main())
