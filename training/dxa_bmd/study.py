"""The whole study: trains what is missing and draws docs/results/dxa_bmd.md from the run folders."""

from __future__ import annotations

import argparse
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from desktop.errors import AppError
from training.dxa_bmd import figures
from training.dxa_bmd.page import RESOLUTIONS, WIDTHS, page
from training.dxa_bmd.run import make_run
from training.dxa_bmd.run_files import FinishedRun, read_run
from training.dxa_bmd.settings import PRESETS, Settings
from training.runs.command_line import ended

MAIN = {"paper": "paper, one look", "edge": "edge, every look", "edge_one_look": "edge, one look"}
"""Folder of each main run under --runs, and its name on the page."""
ONE_LOOK_EPOCHS = 12
"""One machine's pictures hold no other machine's: there a longer training keeps what it learns."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the page is written, 2 where that cannot be."""
    arguments = _parser().parse_args(argv)
    return ended(lambda: _study(arguments))


def _study(arguments: argparse.Namespace) -> None:
    if not arguments.draw_only:
        _train(arguments)
    draw(arguments.runs, arguments.out)


def draw(runs: Path, out: Path) -> None:
    """Write out/dxa_bmd.md and its figures from the finished runs under `runs`."""
    done = {title: run for name, title in MAIN.items() if (run := read_run(runs / name)) is not None}
    if not done:
        raise AppError(f"{runs} has no finished run; run the study without --draw-only.")
    names = _small_runs(0, 0, "float32")
    small = {name: run for name in names if (run := read_run(runs / name)) is not None}
    _draw_figures(done, out / "dxa_bmd")
    out.mkdir(parents=True, exist_ok=True)
    (out / "dxa_bmd.md").write_text(page(done, small), encoding="utf-8")


def _draw_figures(runs: dict[str, FinishedRun], folder: Path) -> None:
    first = next(iter(runs.values()))
    figures.draw_input(first, folder / "input.png")
    figures.draw_kernels(first, folder / "kernels.png")
    figures.draw_feature_maps(first, folder / "feature_maps.png")
    figures.draw_loss_curves(runs, folder / "loss_curves.png")
    figures.draw_scatter(runs, folder / "scatter.png")
    figures.draw_bland_altman(runs, folder / "bland_altman.png")
    figures.draw_evidence(runs, folder / "evidence.png")


def _train(arguments: argparse.Namespace) -> None:
    small = _small_runs(arguments.small_pictures, arguments.small_epochs, arguments.precision)
    edge = PRESETS["edge"]
    paper = replace(PRESETS["paper"], precision=arguments.precision, limit=arguments.paper_pictures)
    wanted = {
        "edge": (edge, arguments.data),
        "edge_one_look": (replace(edge, epochs=ONE_LOOK_EPOCHS), arguments.one_look),
        "paper": (paper, arguments.one_look),
        **{name: (settings, arguments.one_look) for name, settings in small.items()},
    }
    for name, (settings, data) in wanted.items():
        logging.info("%s", name)
        make_run(settings, data, arguments.runs / name)


def _small_runs(pictures: int, epochs: int, precision: str) -> dict[str, Settings]:
    base = replace(PRESETS["paper"], epochs=epochs, limit=pictures, precision=precision)
    runs = {f"resolution_{size}": replace(base, size_px=size) for size in RESOLUTIONS}
    widths = {name: each for name, each in WIDTHS.items() if each != base.filters}  # that one is there
    return runs | {f"filters_{name}": replace(base, filters=each) for name, each in widths.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.dxa_bmd.study", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder of every look: manifest.csv and its pictures")
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/dxa_bmd"), help="run folders; finished ones stay"
    )
    parser.add_argument("--draw-only", action="store_true", help="train nothing, draw what is finished")
    parser.add_argument("--one-look", type=Path, help="the same of one look, as the published study's were")
    parser.add_argument("--paper-pictures", type=int, help="rows that the paper run takes; default all")
    parser.add_argument("--small-pictures", type=int, default=1600, help="pictures of the two small studies")
    parser.add_argument("--small-epochs", type=int, default=15)
    parser.add_argument(
        "--precision",
        choices=("float32", "mixed_bfloat16"),
        default="float32",
        help="of the published network's runs; the edge preset is trained in float32",
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
