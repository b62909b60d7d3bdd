"""The whole study: trains what is missing and draws docs/results/lumbar_xray.md from the run folders."""

from __future__ import annotations

import argparse
import logging
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from desktop.errors import AppError
from training.data.manifest import CATEGORIES
from training.lumbar_xray import figures
from training.lumbar_xray.class_stage import EXAMPLES, OTHER_OR_NOT, judge_more, make_classes
from training.lumbar_xray.cohort import enrolment
from training.lumbar_xray.corner_more import judge_more_corners
from training.lumbar_xray.corner_stage import FOLDER as CORNERS
from training.lumbar_xray.corner_stage import make_corners
from training.lumbar_xray.page import ENSEMBLE, Study, ensemble, page
from training.lumbar_xray.pretraining_stage import FOLDER, make_pretraining
from training.lumbar_xray.run_files import (
    ClassRun,
    read_class_run,
    read_corner_figures,
    read_pretraining,
    scores_of,
)
from training.lumbar_xray.settings import BACKBONES, PRESETS, ClassSettings, Precision, Settings
from training.runs.command_line import ended, given

TWO, THREE, FROZEN, TUNED = "classes_2", "classes_3", "published_frozen", "published_tuned"
ONE_LOOK = "one_look"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the page is written, 2 where that cannot be."""
    arguments = _parser().parse_args(argv)
    return ended(lambda: _study(arguments))


def _study(arguments: argparse.Namespace) -> None:
    if not arguments.draw_only:
        _train(arguments)
    draw(arguments.runs, arguments.out)


def draw(runs: Path, out: Path) -> None:
    """Write out/lumbar_xray.md and its figures from the finished runs under `runs`."""
    study = read_study(runs)
    if not study.two:
        raise AppError(f"{runs} has no finished run of two classes; run the study without --draw-only.")
    folder = out / "lumbar_xray"
    first = next(iter(study.two.values()))
    total, excluded, _ = enrolment(first.configuration)
    figures.draw_enrolment(total, excluded, first.configuration.pictures, folder / "enrolment.png")
    told = {name: run.predictions("test") for name, run in study.two.items()}
    joint = ensemble(study.two)
    told |= {} if joint is None else {ENSEMBLE: joint}
    figures.draw_curves(study.two, folder / "curves.png")
    figures.draw_roc(told, folder / "roc.png")
    matrices = {name: scores_of(each).confusion for name, each in told.items()}
    figures.draw_confusion(matrices, OTHER_OR_NOT, folder / "confusion.png")
    crops = first.folder / EXAMPLES
    if crops.is_file():
        shutil.copyfile(crops, folder / "crops.png")
    if study.three:
        matrices = {name: run.scores["test"].confusion for name, run in study.three.items()}
        figures.draw_confusion(matrices, CATEGORIES, folder / "confusion_three.png")
    (out / "lumbar_xray.md").write_text(page(study), encoding="utf-8")


def read_study(runs: Path) -> Study:
    """Return what is finished under `runs`."""
    return Study(
        two=_by_backbone(runs / TWO),
        three=_by_backbone(runs / THREE),
        frozen=_by_seed(runs / FROZEN),
        tuned=_by_seed(runs / TUNED),
        one_look=_by_backbone(runs / ONE_LOOK / TWO),
        corners=read_corner_figures(runs),
        pretraining={
            name: run for name in BACKBONES if (run := read_pretraining(runs / FOLDER / name)) is not None
        },
    )


def _by_backbone(folder: Path) -> dict[str, ClassRun]:
    return {name: run for name in BACKBONES if (run := read_class_run(folder / name)) is not None}


def _by_seed(folder: Path) -> dict[str, list[ClassRun]]:
    found = {
        name: [run for place in sorted((folder / name).glob("seed_*")) if (run := read_class_run(place))]
        for name in BACKBONES
    }
    return {name: runs for name, runs in found.items() if runs}


def _train(arguments: argparse.Namespace) -> None:
    settings = _settings(arguments)
    make_corners(settings, arguments.data, arguments.runs)
    if arguments.more_test is not None:
        judge_more_corners(settings, arguments.data, arguments.runs, arguments.more_test)
    for backbone in arguments.backbone:
        encoder = replace(settings.classes.encoder, backbone=backbone)
        own = replace(settings, classes=replace(settings.classes, encoder=encoder))
        weights = _weights(arguments, own)
        for name, classes in _wanted(own.classes, arguments.seeds, arguments.tuned_seeds):
            logging.info("%s", name)
            place = arguments.runs / name
            make_classes(classes, arguments.data, place, arguments.runs, weights, own.limit)
            if arguments.more_test is not None and classes.parts == "person":
                judge_more(place, arguments.more_test, arguments.runs)
        if arguments.one_look is not None:
            _train_one_look(arguments, own, weights)


def _settings(arguments: argparse.Namespace) -> Settings:
    preset = PRESETS[arguments.preset]
    return replace(
        preset,
        pretraining=replace(preset.pretraining, **given(arguments, "epochs")),
        limit=arguments.limit,
        precision=arguments.precision,
    )


def _train_one_look(arguments: argparse.Namespace, own: Settings, weights: Path) -> None:
    """Train two classes on pictures of one look, from the corners and the weights of every look."""
    runs = arguments.runs / ONE_LOOK
    shutil.copytree(arguments.runs / CORNERS, runs / CORNERS, dirs_exist_ok=True)
    tuned = make_pretraining(own, arguments.one_look, runs, start=weights)
    backbone = own.classes.encoder.backbone
    two = replace(own.classes, classes=2)
    make_classes(two, arguments.one_look, runs / TWO / backbone, runs, tuned, own.limit)


def _weights(arguments: argparse.Namespace, settings: Settings) -> Path:
    if arguments.weights is not None:
        return arguments.weights / f"{settings.classes.encoder.backbone}.weights.h5"
    return make_pretraining(settings, arguments.data, arguments.runs)


def _wanted(own: ClassSettings, seeds: int, tuned_seeds: int) -> Iterator[tuple[str, ClassSettings]]:
    """Return the classifiers of one backbone, by their folders."""
    backbone, small = own.encoder.backbone, replace(own, parts="published")
    yield f"{TWO}/{backbone}", replace(own, classes=2)
    yield f"{THREE}/{backbone}", replace(own, classes=3)
    for seed in range(1, seeds + 1):
        yield f"{FROZEN}/{backbone}/seed_{seed:02d}", replace(small, fine=None, seed=seed)
    for seed in range(1, tuned_seeds + 1):
        yield f"{TUNED}/{backbone}/seed_{seed:02d}", replace(small, seed=seed)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.lumbar_xray.study", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with manifest.csv and its pictures")
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    parser.add_argument(
        "--runs", type=Path, default=Path("runs/lumbar_xray"), help="run folders; finished ones stay"
    )
    parser.add_argument("--draw-only", action="store_true", help="train nothing, draw what is finished")
    parser.add_argument("--more-test", type=Path, help="a data folder whose test part is judged beside")
    parser.add_argument("--one-look", type=Path, help="a data folder of one look, to learn two classes anew")
    parser.add_argument("--preset", choices=PRESETS, default="edge")
    parser.add_argument("--backbone", choices=BACKBONES, nargs="+", default=list(BACKBONES))
    parser.add_argument("--weights", type=Path, help="folder with BACKBONE.weights.h5 and SHA256SUMS")
    parser.add_argument("--epochs", type=int, help="of pre-training; default: the preset's")
    parser.add_argument("--seeds", type=int, default=20, help="draws at the published size, frozen features")
    parser.add_argument("--tuned-seeds", type=int, default=3, help="the same with the last blocks tuned")
    parser.add_argument("--precision", choices=get_args(Precision), default="float32")
    parser.add_argument("--limit", type=int, help="take only so many rows of the manifest")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
