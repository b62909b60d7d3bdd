"""What the shipped program says of real lateral spines, whose bone density nobody knows.

`python -m conversion.real_spines --out docs/results/lumbar_xray_real.md --sheet SHEET.png` screens the
laterals of the folder views of TRABECULA_REAL_IMAGES (by default ../shared/data/real), which are used for
testing only, and draws their vertebrae, to be counted by eye. Such a sheet is never committed.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2

from conversion.real_chests import Result, screened
from desktop.clinical.lumbar_lateral import LEVELS, corners_of
from desktop.imaging.preprocess import shown_grey
from desktop.imaging.readers import read_radiograph
from training.lumbar_xray.real_laterals import Sheet, arranged, tile
from training.real_pictures import listed_folder

VIEW = "lumbar_lateral"


def main(arguments: Sequence[str] | None = None) -> int:
    """Screen the real laterals, write the page and draw the sheet."""
    parser = argparse.ArgumentParser(prog="python -m conversion.real_spines", description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--sheet", type=Path, required=True)
    chosen = parser.parse_args(arguments)
    folder = listed_folder("views", parser)
    with (folder / "index.csv").open(newline="", encoding="utf-8") as stream:
        files = {row["file"] for row in csv.DictReader(stream) if row["view"] == VIEW}
    results = [each for each in screened(folder, "--view", VIEW) if Path(each["file"]).name in files]
    chosen.out.write_text("\n".join(page(results)) + "\n", encoding="utf-8")
    cv2.imwrite(str(chosen.sheet), arranged([drawn(each) for each in results]))
    return 0


def page(results: Sequence[Result]) -> Iterator[str]:
    """Yield the page's lines."""
    findings = [found for each in results for found in each["findings"]]
    yield "# Real lateral spines, screened\n"
    yield "No bone density is known of them: nothing here says that an answer is right."
    if findings:
        model = findings[0]["model"]
        yield f"Model {model['version']}, {model['sha256'][:12]}.\n"
    outcomes = Counter(found["outcome"].replace("_", " ") for found in findings)
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()) or "none"
    yield f"Of {len(results)} laterals {len(findings)} are screened: {told}. The others are refused:\n"
    reasons = Counter(each["reason"] for each in results if each["reason"])
    for reason, count in reasons.most_common():
        yield f"- {count}: {reason}"
    yield "\n| vertebra | found whole | graded 1 or more |"
    yield "| --- | ---: | ---: |"
    for level in LEVELS:
        shown = sum(level in found["vertebrae"] for found in findings)
        crushed = sum((found["fractures"] or {}).get(level, 0) > 0 for found in findings)
        yield f"| {level} | {shown} | {crushed} |"


def drawn(result: Result) -> Sheet:
    """Return a picture with the vertebrae of its finding, or in grey those for which it was refused."""
    path = Path(result["file"])
    (corners, title) = (
        (result["findings"][0]["landmarks"], result["findings"][0]["outcome"])
        if result["findings"]
        else (result["refused_landmarks"] or {}, "refused")
    )
    whole = [level for level in LEVELS if result["findings"] and corners_of(level)[0] in corners]
    number = path.stem.rpartition("_")[2]
    return tile(shown_grey(read_radiograph(path)), f"{number} {title}", corners, whole)


if __name__ == "__main__":
    sys.exit(main())
