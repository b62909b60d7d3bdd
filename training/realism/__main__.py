"""Judges phantom radiographs by real ones: `python -m training.realism --view NAME --data DIR --round WORDS`.

Each call adds one line to radiograph_realism.csv beside the page, so that the way from round to round stays
on record, and draws the page anew. Real pictures are measured, never learned from by what ships.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import astuple, fields
from pathlib import Path

from training.real_pictures import listed_folder
from training.realism.judge import Judgement, judge
from training.realism.page import Round, page
from training.realism.pictures import greys, phantom_rows, real_pictures
from training.realism.radiograph_features import radiograph_features

VIEWS = ("chest_frontal", "lumbar_lateral")


def main(arguments: list[str] | None = None) -> int:
    """Judge one view and write its round and the page."""
    parser = argparse.ArgumentParser(prog="python -m training.realism", description=__doc__)
    parser.add_argument("--view", choices=VIEWS, required=True)
    parser.add_argument("--data", type=Path, required=True, help="folder of phantoms of that view")
    parser.add_argument("--count", type=int, default=200, help="phantoms to judge, from the folder's start")
    parser.add_argument("--round", required=True, help="what is new, in a few words")
    parser.add_argument("--out", type=Path, required=True, help="the page")
    chosen = parser.parse_args(arguments)
    listed_folder("views", parser)
    judgement = judged(chosen.view, chosen.data, chosen.count)
    rounds = [*read_rounds(chosen.out.with_suffix(".csv")), _round(chosen, judgement)]
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    write_rounds(rounds, chosen.out.with_suffix(".csv"))
    chosen.out.write_text(page(rounds), encoding="utf-8")
    return 0


def judged(view: str, folder: Path, count: int) -> Judgement:
    """Return how well real pictures of a view and the first phantoms of a folder are told apart."""
    files = [folder / row.file for row in phantom_rows(folder, count)]
    real, phantoms = (
        [radiograph_features(grey, view) for grey in greys(each)] for each in (real_pictures(view), files)
    )
    return judge(real, phantoms)


def read_rounds(path: Path) -> list[Round]:
    """Return the rounds so far, none where there is no file."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        return [Round(**row) for row in csv.DictReader(file)]


def write_rounds(rounds: list[Round], path: Path) -> None:
    """Write all rounds."""
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(field.name for field in fields(Round))
        writer.writerows(astuple(each) for each in rounds)


def _round(chosen: argparse.Namespace, judgement: Judgement) -> Round:
    largest = "; ".join(
        f"{each.name}: real {each.real[1]:.2f} ({each.real[0]:.2f} to {each.real[2]:.2f}), phantom "
        f"{each.phantom[1]:.2f} ({each.phantom[0]:.2f} to {each.phantom[2]:.2f}), gap {each.gap:.2f}"
        for each in judgement.differences[:12]
    )
    return Round(
        view=chosen.view,
        round=chosen.round,
        real=str(judgement.real),
        phantoms=str(judgement.phantoms),
        balanced_accuracy=f"{judgement.balanced_accuracy:.3f}",
        low=f"{judgement.low:.3f}",
        high=f"{judgement.high:.3f}",
        taken_for_real=f"{judgement.taken_for_real:.3f}",
        mean_gap=f"{sum(each.gap for each in judgement.differences) / len(judgement.differences):.3f}",
        largest=largest,
    )


if __name__ == "__main__":
    sys.exit(main())
