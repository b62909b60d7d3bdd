"""The whole study: trains what is missing and draws docs/results/chest_multi_roi.md from the run folders."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from training.chest_multi_roi.bmd_data import BmdData, read_bmd_data
from training.chest_multi_roi.bmd_stage import FOLDER, make_bmd, train_bmd
from training.chest_multi_roi.figures import draw_scatter
from training.chest_multi_roi.landmark_study import make_measured_landmarks
from training.chest_multi_roi.page import page
from training.chest_multi_roi.run_folder import finished
from training.chest_multi_roi.settings import PRESETS, Settings
from training.chest_multi_roi.study_runs import (
    LOOKS,
    SHIPPED,
    START,
    TENFOLD,
    begun,
    read_study,
    runs_of,
    table_settings,
)
from training.runs.command_line import ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the page is written, 2 where that cannot be."""
    parser = _parser()
    arguments = parser.parse_args(argv)
    if not arguments.draw_only and not (arguments.every and arguments.one):
        parser.error("name the data with --every and --one, or draw what is finished with --draw-only")
    return ended(lambda: _study(arguments))


def _study(arguments: argparse.Namespace) -> None:
    if not arguments.draw_only:
        _train(arguments)
    draw(arguments.runs, arguments.out)


def draw(runs: Path, out: Path) -> None:
    """Write out/chest_multi_roi.md and its figures from the finished runs under `runs`."""
    study = read_study(runs)
    if study.shipped is not None:
        draw_scatter({"shipped": study.shipped}, out / "chest_multi_roi" / "scatter_shipped.png")
    if study.tenfold is not None:
        draw_scatter({TENFOLD: study.tenfold}, out / "chest_multi_roi" / "scatter_tenfold.png")
    for look, answers in study.tables.items():
        draw_scatter(answers, out / "chest_multi_roi" / f"scatter_{look}.png")
    out.mkdir(parents=True, exist_ok=True)
    (out / "chest_multi_roi.md").write_text(page(study), encoding="utf-8")


def _train(arguments: argparse.Namespace) -> None:
    """Make the shipped run and the networks of the tables."""
    preset = _precise(PRESETS["edge"], arguments.precision)
    start, shipped = arguments.runs / START, arguments.runs / SHIPPED
    make_measured_landmarks(preset, arguments.every, shipped)
    make_bmd(_precise(table_settings(START), arguments.precision), arguments.one, start, landmarks=shipped)
    make_bmd(begun(preset), arguments.every, shipped, start / FOLDER / "network.pt")
    for look, folder in zip(LOOKS, (arguments.one, arguments.every), strict=True):
        _train_tables(folder, arguments.runs, look, arguments.precision)


def _train_tables(folder: Path, runs: Path, look: str, precision: str) -> None:
    data: dict[tuple[int, str], BmdData] = {}  # by the side of the regions, and how they are parted
    for name in runs_of(look):
        settings, run = _precise(table_settings(name), precision), runs / look / name
        if finished(run / FOLDER, settings.bmd, settings.limit, folder):
            continue
        logging.info("%s, %s", look, name)
        kind = settings.bmd.size_px, settings.bmd.parts
        if kind not in data:
            data = {kind: read_bmd_data(folder, settings, runs / SHIPPED)}
        train_bmd(settings, data[kind], folder, run, None)


def _precise(settings: Settings, precision: str) -> Settings:
    landmarks, bmd = (
        replace(each, course=replace(each.course, precision=precision))
        for each in (settings.landmarks, settings.bmd)
    )
    return replace(settings, landmarks=landmarks, bmd=bmd)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.chest_multi_roi.study", description=__doc__)
    parser.add_argument("--every", type=Path, help="folder of every look: manifest.csv and its pictures")
    parser.add_argument("--one", type=Path, help="the same of one look, as one hospital's pictures are")
    parser.add_argument("--runs", type=Path, default=Path("runs/chest_multi_roi"), help="finished ones stay")
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    parser.add_argument("--draw-only", action="store_true", help="train nothing, draw what is finished")
    parser.add_argument("--precision", choices=("float32", "mixed_bfloat16"), default="float32")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
