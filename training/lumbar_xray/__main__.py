"""Trains and judges the networks of lateral lumbar radiographs.

`python -m training.lumbar_xray --data DIR --preset PRESET --out RUN` makes the corner network, pre-trains the
backbones and trains a classifier on each; `--weights FILE` takes a backbone's weights from a file instead.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

from training.data.manifest import DataError
from training.lumbar_xray.class_stage import make_classes
from training.lumbar_xray.corner_stage import make_corners
from training.lumbar_xray.pretraining_stage import make_pretraining
from training.lumbar_xray.settings import BACKBONES, PRESETS, Precision, Settings
from training.runs.command_line import ended, given, training_parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; 0 when the run is finished, 2 where it cannot be made as asked."""
    arguments = _parser().parse_args(argv)
    return ended(lambda: _run(arguments, _settings(arguments)))


def _run(arguments: argparse.Namespace, settings: Settings) -> None:
    backbones = arguments.backbone or [settings.classes.encoder.backbone]
    if arguments.weights and len(backbones) > 1:
        raise DataError("--weights holds one backbone's weights; name that one with --backbone.")
    if arguments.start and len(backbones) > 1:
        raise DataError("--start holds one backbone's weights; name that one with --backbone.")
    if arguments.stage in ("corners", "all"):
        make_corners(settings, arguments.data, arguments.out, arguments.start_corners)
    for backbone in backbones if arguments.stage in ("classes", "all") else ():
        encoder = replace(settings.classes.encoder, backbone=backbone)
        own = replace(settings, classes=replace(settings.classes, encoder=encoder))
        weights = arguments.weights or make_pretraining(own, arguments.data, arguments.out, arguments.start)
        place = arguments.out / f"classes_{own.classes.classes}" / backbone
        make_classes(own.classes, arguments.data, place, arguments.out, weights, own.limit)


def _parser() -> argparse.ArgumentParser:
    parser = training_parser("lumbar_xray", __doc__, PRESETS)
    parser.add_argument("--stage", choices=("corners", "classes", "all"), default="all")
    parser.add_argument("--backbone", choices=BACKBONES, nargs="+", help="default: the preset's")
    parser.add_argument("--classes", type=int, choices=(2, 3))
    parser.add_argument("--weights", type=Path, help="FILE.weights.h5 of the backbone, SHA256SUMS beside it")
    parser.add_argument(
        "--start", type=Path, help="the same, for the backbone's own pre-training to begin with"
    )
    parser.add_argument(
        "--start-corners", type=Path, help="a run whose finished corner network this run's begins with"
    )
    parser.add_argument("--precision", choices=get_args(Precision), help="mixed_bfloat16 is fast with AMX")
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    preset = PRESETS[arguments.preset]
    return replace(
        preset,
        classes=replace(preset.classes, **given(arguments, "classes", "seed")),
        limit=arguments.limit,
        precision=arguments.precision or preset.precision,
    )


if __name__ == "__main__":
    raise SystemExit(main())
