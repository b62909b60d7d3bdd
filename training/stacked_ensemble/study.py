"""The whole study: trains what is missing and draws docs/results/stacked_ensemble.md from the run folders."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import msgspec

from desktop.errors import AppError
from training.runs.command_line import ended
from training.runs.folder import write_json
from training.stacked_ensemble import figures
from training.stacked_ensemble.page import page
from training.stacked_ensemble.real_folder import real_folder
from training.stacked_ensemble.real_folds import RealFolds, study_folds
from training.stacked_ensemble.real_screens import (
    RealScreens,
    judge_real_screens,
    read_screens,
)
from training.stacked_ensemble.run import make_run
from training.stacked_ensemble.run_files import FinishedRun, read_ensemble, read_run
from training.stacked_ensemble.settings import PRESETS, Settings

Kind = TypeVar("Kind")
RUNS = {"edge": "edge", "edge_denoised": "edge, denoised", "paper": "paper"}
"""Folder of each run under --runs, and its name on the page."""
REAL_FILE, FOLDS_FILE = "real_screens.json", "real_folds.json"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the page is written, 2 where that cannot be."""
    arguments = _parser().parse_args(argv)
    return ended(lambda: _study(arguments))


def _study(arguments: argparse.Namespace) -> None:
    if arguments.data is not None:
        for name, settings in _wanted(arguments).items():
            logging.info("%s", RUNS[name])
            make_run(settings, arguments.data, arguments.runs / name, arguments.cache)
    _judge_real(arguments.runs)
    draw(arguments.runs, arguments.out)


def draw(runs: Path, out: Path) -> None:
    """Write out/stacked_ensemble.md and its figures from the finished runs under `runs`."""
    done = _finished(runs)
    if not done:
        raise AppError(f"{runs} has no finished run; name a data folder with --data to train one.")
    first, folder = next(iter(done.values())), out / "stacked_ensemble"
    figures.draw_curves(first, folder / "curves.png")
    figures.draw_roc(first, folder / "roc.png")
    figures.draw_confusion(first, folder / "confusion.png")
    figures.draw_shapley(first, folder / "shapley.png")
    figures.draw_evidence(first, folder / "evidence.png")
    (out / "stacked_ensemble.md").write_text(page(done, _real(done)), encoding="utf-8")


def _real(done: Mapping[str, FinishedRun]) -> dict[str, tuple[RealScreens, RealFolds]]:
    """Return what real screens said of each run that they judged."""
    return {
        name: (_read(run.folder / REAL_FILE, RealScreens), _read(run.folder / FOLDS_FILE, RealFolds))
        for name, run in done.items()
        if (run.folder / FOLDS_FILE).is_file()
    }


def _read(path: Path, kind: type[Kind]) -> Kind:
    return msgspec.json.decode(path.read_bytes(), type=kind)


def _finished(runs: Path) -> dict[str, FinishedRun]:
    return {title: run for name, title in RUNS.items() if (run := read_run(runs / name)) is not None}


def _wanted(arguments: argparse.Namespace) -> dict[str, Settings]:
    edge = replace(PRESETS["edge"], trials=arguments.trials, limit=arguments.limit)
    wanted = {"edge": edge, "edge_denoised": replace(edge, denoise=True)}
    if arguments.paper:
        wanted["paper"] = replace(PRESETS["paper"], limit=arguments.limit)
    return wanted


def _judge_real(runs: Path) -> None:
    """Judge real screens, where they are at hand, by each finished run that has not; tune it on them."""
    folder = real_folder()
    waiting = [run for run in _finished(runs).values() if not (run.folder / FOLDS_FILE).is_file()]
    for run in waiting if folder is not None else []:
        ensemble, screens = read_ensemble(run.folder), read_screens(folder, run.settings.denoise)
        write_json(run.folder / REAL_FILE, judge_real_screens(ensemble, screens))
        write_json(run.folder / FOLDS_FILE, study_folds(ensemble, screens, run.settings.forest))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.stacked_ensemble.study", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder to train on; without it, finished runs are drawn")
    parser.add_argument("--cache", type=Path, help="where the strips are kept; by default beside the data")
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/stacked_ensemble"), help="run folders; finished ones stay"
    )
    parser.add_argument("--trials", type=int, default=4, help="of each member's search in the edge runs")
    parser.add_argument("--limit", type=int, help="rows of the manifest that each run takes; default all")
    parser.add_argument("--paper", action="store_true", help="the published sizes too, for a GPU")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
